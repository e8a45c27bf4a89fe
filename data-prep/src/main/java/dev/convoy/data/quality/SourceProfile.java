package dev.convoy.data.quality;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the images were before they were fitted.
 *
 * @param formats number of images by format, such as PNG, or pixels
 * @param grey images that are stored as grey; all others have colour
 * @param transparent images with transparent pixels
 * @param damaged images that were decoded in part
 * @param fitted images of another size than that of the dataset
 * @param smallest size with the fewest pixels
 * @param median size with half of the images up to it, by pixels
 * @param largest size with the most pixels
 * @param sizes number of different sizes
 * @param common the most frequent sizes
 */
public record SourceProfile(
    Map<String, Long> formats,
    long grey,
    long transparent,
    long damaged,
    long fitted,
    String smallest,
    String median,
    String largest,
    long sizes,
    List<Common> common) {
  /** A size, {@code height×width}, and the number of images that have it. */
  public record Common(String size, long images) {}

  public SourceProfile {
    formats = Collections.unmodifiableMap(new TreeMap<>(formats));
    common = List.copyOf(common);
  }
}
