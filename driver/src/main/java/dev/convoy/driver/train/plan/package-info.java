/**
 * What a run is to do and what it has done, as people read it: the {@link
 * dev.convoy.driver.train.plan.TrainPlan} with its parts, the differences between two plans in the
 * words of the command line, and the {@link dev.convoy.driver.train.plan.TrainReport}.
 */
package dev.convoy.driver.train.plan;
