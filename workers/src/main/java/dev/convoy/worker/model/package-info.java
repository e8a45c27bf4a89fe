/**
 * The trained network with all that scoring needs ({@link dev.convoy.worker.model.Model}), and the
 * one reader and writer of its directory ({@link dev.convoy.worker.model.ModelStore}).
 *
 * <p>Loading a model never runs Java deserialisation and never instantiates a class named by a
 * file.
 */
package dev.convoy.worker.model;
