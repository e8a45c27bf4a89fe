/**
 * Support for dl4j-spark on the driver: {@link dev.convoy.driver.dl4j.AveragingTrainingMaster}
 * replaces its training masters. It uses the rounds of {@code driver.train.rounds}; training of
 * images does not depend on this package.
 */
package dev.convoy.driver.dl4j;
