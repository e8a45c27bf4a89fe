package dev.convoy.worker.engine.layer;

/** The configuration of a layer or vertex that computes with oneDNN. */
public interface NativeConfiguration {}
