/** How fast whole collections of image files are prepared, beside OpenCV. */
package dev.convoy.benchmarks.preparing;
