/**
 * The definition language: HOCON whose faults are all reported together, each with file, line, path
 * and remedy. {@link dev.convoy.worker.network.language.NetworkReader} is the entry point.
 */
package dev.convoy.worker.network.language;
