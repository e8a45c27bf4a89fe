/**
 * Bindings over oneDNN's C interface: an {@link dev.convoy.worker.engine.onednn.Engine} owns {@link
 * dev.convoy.worker.engine.onednn.Memory memories} and {@link
 * dev.convoy.worker.engine.onednn.Kernel kernels}, which are described by {@link
 * dev.convoy.worker.engine.onednn.Layout layouts}. All of them are created, run and closed on one
 * thread.
 */
package dev.convoy.worker.engine.onednn;
