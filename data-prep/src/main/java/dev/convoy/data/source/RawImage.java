package dev.convoy.data.source;

import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.StoredImage;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One image in the form in which its source stores it.
 *
 * @param id unique in the source: {@code STEM/index}, or the path relative to the input
 * @param source file of the image
 * @param label label number; empty if it has none or none was requested
 * @param given split that the source gives to the image
 * @param image its file or its pixels
 */
public record RawImage(
    String id, String source, OptionalInt label, Optional<Split> given, StoredImage image) {}
