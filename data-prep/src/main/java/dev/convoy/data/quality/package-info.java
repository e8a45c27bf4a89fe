/**
 * What a dataset holds besides its numbers: equal and nearly equal images, images without content,
 * examples of each label, and what became of files that are not in it.
 */
package dev.convoy.data.quality;
