/**
 * How long it takes to list many local files, by Convoy, by Hadoop and by Java: the command {@code
 * benchmarks/listing}.
 */
package dev.convoy.benchmarks.listing;
