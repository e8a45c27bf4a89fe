/**
 * The driver's side for people who train with dl4j-spark: {@link
 * dev.convoy.driver.dl4j.AveragingTrainingMaster} takes the place of their training master. Its
 * rounds are those of {@code driver.train.rounds}; training of images does not depend on this
 * package.
 */
package dev.convoy.driver.dl4j;
