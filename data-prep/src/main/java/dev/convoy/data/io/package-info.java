/**
 * Files and formats: the only class that knows Hadoop paths ({@link dev.convoy.data.io.Storage}),
 * the only JSON reader and writer ({@link dev.convoy.data.io.Json}), and digests ({@link
 * dev.convoy.data.io.Sha256}).
 */
package dev.convoy.data.io;
