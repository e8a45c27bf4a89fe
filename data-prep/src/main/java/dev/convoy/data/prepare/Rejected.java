package dev.convoy.data.prepare;

import java.io.Serializable;

/**
 * An image that cannot be read.
 *
 * @param id id of the image
 * @param source file that holds the image
 * @param reason reason, written for the user
 */
record Rejected(String id, String source, String reason) implements Serializable {}
