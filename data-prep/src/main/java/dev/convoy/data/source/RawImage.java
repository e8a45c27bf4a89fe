package dev.convoy.data.source;

import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.StoredImage;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One image as its source holds it.
 *
 * @param id unique in the source: {@code STEM/index}, or the path relative to the input
 * @param source the file it comes from
 * @param label the number of its label; empty where it has none, or none was asked for
 * @param given the split that the source gives it
 * @param image its file or its pixels
 */
public record RawImage(
    String id, String source, OptionalInt label, Optional<Split> given, StoredImage image) {}
