/** How fast images are decoded and resized, beside OpenCV. */
package dev.convoy.benchmarks.decoding;
