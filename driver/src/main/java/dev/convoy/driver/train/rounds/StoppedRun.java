package dev.convoy.driver.train.rounds;

/** Marks exceptions that end a run on request, with a checkpoint from which it can be continued. */
public interface StoppedRun {}
