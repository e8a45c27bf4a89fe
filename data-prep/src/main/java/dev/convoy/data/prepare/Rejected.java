package dev.convoy.data.prepare;

import java.io.Serializable;

/**
 * An image that was refused.
 *
 * @param id of the image
 * @param source the file it comes from
 * @param reason why, as a user understands it
 */
record Rejected(String id, String source, String reason) implements Serializable {}
