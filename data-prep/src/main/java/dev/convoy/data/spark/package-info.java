/**
 * All uses of Spark's internal interfaces: accounting of storage memory, local blocks, shuffles,
 * signals, resolution of packages, and checks of settings. Any of them may change with the version
 * of Spark, so a rule of the build keeps them in this package.
 */
package dev.convoy.data.spark;
