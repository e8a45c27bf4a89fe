/** Image files of every format that is read, built byte by byte, with the pixels that they hold. */
package dev.convoy.data.image.corpus;
