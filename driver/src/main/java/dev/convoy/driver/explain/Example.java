package dev.convoy.driver.explain;

import dev.convoy.driver.explain.measure.Pixels;

/**
 * An example of a dataset.
 *
 * @param label its number
 */
record Example(String id, int label, Pixels pixels) {}
