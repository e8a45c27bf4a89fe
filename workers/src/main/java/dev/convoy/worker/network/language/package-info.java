/**
 * The definition language: HOCON with all faults told together, each with file, line, path and
 * remedy. {@link dev.convoy.worker.network.language.NetworkReader} is the way in.
 */
package dev.convoy.worker.network.language;
