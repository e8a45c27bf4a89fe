/**
 * Forward passes for scoring, computed by oneDNN alone, without DL4J.
 *
 * <p>A {@link dev.convoy.worker.program.Lowering} translates every node of a network to one {@link
 * dev.convoy.worker.program.Step} or a few, and {@link dev.convoy.worker.program.OperatorFusion}
 * fuses steps. A {@link dev.convoy.worker.program.Schedule} limits the images that each step
 * computes at once, so that their values stay in the processor's cache. An {@link
 * dev.convoy.worker.program.Arena} assigns every value its memory in one small block, on which the
 * steps build their kernels, in a {@link dev.convoy.worker.program.ProgramPart} for each number of
 * images. All this makes a {@link dev.convoy.worker.program.Program}. {@link
 * dev.convoy.worker.program.Programs} holds the programs of a network for all image sizes.
 */
package dev.convoy.worker.program;
