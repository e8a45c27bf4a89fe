package dev.convoy.data.source;

import dev.convoy.data.Checks;
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
 * @param group what keeps images together when splits are drawn; empty if nothing does
 * @param image its file or its pixels
 * @param fault the reason why it is rejected, whatever its bytes are; empty for none
 */
public record RawImage(
    String id,
    String source,
    OptionalInt label,
    Optional<Split> given,
    Optional<String> group,
    StoredImage image,
    String fault) {
  /** Creates an image that is rejected only if its bytes are bad. */
  public RawImage(
      String id, String source, OptionalInt label, Optional<Split> given, StoredImage image) {
    this(id, source, label, given, Optional.empty(), image, "");
  }

  /** Returns the image as one of a group. */
  public RawImage of(Optional<String> other) {
    return new RawImage(id, source, label, given, other, image, fault);
  }

  /** Creates an image without bytes, which is rejected. */
  public static RawImage rejected(String id, String source, String fault) {
    return new RawImage(
        id,
        source,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        StoredImage.file(new byte[0]),
        Checks.notBlank(fault, "fault"));
  }
}
