/**
 * The trained network ({@link dev.convoy.worker.model.Model}), and the reader and writer of its
 * directory ({@link dev.convoy.worker.model.ModelStore}). Every vector of floats on disk, in models
 * and in checkpoints, is a {@link dev.convoy.worker.model.FloatFile}.
 *
 * <p>Loading a model never runs Java deserialisation and never instantiates a class named by a
 * file.
 */
package dev.convoy.worker.model;
