/**
 * The laws of the lecture notes, and those of training, held by networks that are built as users
 * build them: from the text of a definition, on this machine's kernels. References are computed
 * here, in double precision, from the formulas.
 */
package dev.convoy.worker.laws;
