/**
 * What Convoy uses of Spark beyond its public interfaces: the account of storage memory, local
 * blocks, shuffles, signals, the resolver of packages, and the check of settings. Another version
 * of Spark may change any of it, so that a rule of the build keeps it in this package.
 */
package dev.convoy.data.spark;
