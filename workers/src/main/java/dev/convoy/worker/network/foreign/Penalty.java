package dev.convoy.worker.network.foreign;

import java.util.OptionalDouble;

/**
 * What a foreign layer adds to the loss for its weights.
 *
 * @param text as the file writes it; equal texts mean the same
 * @param l2 the language's {@code l2}, 0 for no penalty; empty if it is not a penalty of that kind
 */
record Penalty(String text, OptionalDouble l2) {}
