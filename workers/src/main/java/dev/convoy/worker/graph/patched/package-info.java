/**
 * DL4J layers of our own, each in the place of one that is wrong in DL4J 1.0.0-M2; what is wrong,
 * and the right formula, stands at the class. {@link dev.convoy.worker.graph.patched.PatchedLayers}
 * makes them.
 */
package dev.convoy.worker.graph.patched;
