/**
 * Networks that score without DL4J, on oneDNN alone.
 *
 * <p>A {@link dev.convoy.worker.program.Lowering} lists one {@link dev.convoy.worker.program.Step},
 * or a few, for every node. {@link dev.convoy.worker.program.OperatorFusion} leaves out what others
 * can do on the way, {@link dev.convoy.worker.program.Schedule} has each step compute so few images
 * at once that what they put out stays in the processor's cache, {@link
 * dev.convoy.worker.program.Arena} gives every value its place in one small piece of memory, and
 * the steps make their kernels on it, in a {@link dev.convoy.worker.program.ProgramPart} for each
 * number of images: that is a {@link dev.convoy.worker.program.Program}. {@link
 * dev.convoy.worker.program.Programs} has them for all sizes of images.
 */
package dev.convoy.worker.program;
