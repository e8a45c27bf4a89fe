/**
 * Files and formats: the one place that knows Hadoop paths ({@link dev.convoy.data.io.Storage}),
 * the one JSON reader and writer ({@link dev.convoy.data.io.Json}), and digests ({@link
 * dev.convoy.data.io.Sha256}).
 */
package dev.convoy.data.io;
