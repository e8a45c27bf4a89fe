/**
 * Observation of runs while they are under way: alarms, the page of the run, a server for it, and
 * metrics for other systems. All of it listens to the training and has no influence on its result.
 */
package dev.convoy.driver.monitor;
