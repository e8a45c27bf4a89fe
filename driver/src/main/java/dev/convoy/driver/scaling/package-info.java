/**
 * A model of how long rounds take on a cluster. {@link dev.convoy.driver.scaling.Exchange} counts
 * the bytes and blocks that executors exchange, {@link dev.convoy.driver.scaling.Stragglers} says
 * how long the slowest replica takes, and {@link dev.convoy.driver.scaling.RoundModel} turns both
 * into seconds with measured {@link dev.convoy.driver.scaling.Costs}. A {@link
 * dev.convoy.driver.scaling.ScalingPlan} projects a whole run into a {@link
 * dev.convoy.driver.scaling.ScalingReport}. All of it is arithmetic, except {@link
 * dev.convoy.driver.scaling.Calibration}, which trains for some seconds.
 */
package dev.convoy.driver.scaling;
