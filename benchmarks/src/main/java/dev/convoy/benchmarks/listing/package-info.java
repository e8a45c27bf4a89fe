/**
 * Measures how long Convoy, Hadoop and Java take to list many local files: the command {@code
 * benchmarks/listing}.
 */
package dev.convoy.benchmarks.listing;
