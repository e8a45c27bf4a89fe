/**
 * The plan and the report of a run: the {@link dev.convoy.driver.train.plan.TrainPlan} with its
 * parts, the differences between two plans in terms of the command line, and the {@link
 * dev.convoy.driver.train.plan.TrainReport}.
 */
package dev.convoy.driver.train.plan;
