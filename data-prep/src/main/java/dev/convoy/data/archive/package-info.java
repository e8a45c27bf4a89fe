/**
 * Reads the entries of tar archives one after another, plain or compressed with gzip or zstd, as
 * their content says. Nothing is unpacked, and no memory depends on what an archive claims.
 */
package dev.convoy.data.archive;
