package dev.convoy.worker.network.foreign;

import java.util.OptionalDouble;

/**
 * The regularisation term that a foreign layer adds to the loss for its weights.
 *
 * @param text the file's text; equal texts mean equal penalties
 * @param l2 the language's {@code l2}, 0 for no penalty; empty if the language cannot express it
 */
record Penalty(String text, OptionalDouble l2) {}
