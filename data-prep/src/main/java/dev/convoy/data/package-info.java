/**
 * Types that every stage of Convoy shares: the shape of an image, argument checks, and the two ways
 * in which a command can fail.
 *
 * <p>{@link dev.convoy.data.InvalidRequestException} means that the request was wrong and nothing
 * was started (exit status 2); {@link dev.convoy.data.JobFailedException} means that a correct
 * request failed while it ran (exit status 1). {@link dev.convoy.data.Problems} collects all faults
 * of a request, so that they are reported together.
 */
package dev.convoy.data;
