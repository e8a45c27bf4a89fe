/**
 * Layers that replace faulty ones of DL4J 1.0.0-M2. Each class documents the fault and the correct
 * formula. {@link dev.convoy.worker.graph.patched.PatchedLayers} creates them.
 */
package dev.convoy.worker.graph.patched;
