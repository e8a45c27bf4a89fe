package dev.convoy.data.quality;

import java.util.List;
import java.util.Map;

/**
 * Pixels that a report shows: C·H·W bytes, channel-major.
 *
 * @param labels pictures of the labels that are shown, by label number
 * @param examples images of the examples that were found equal, alike or constant, by split and id
 */
public record DatasetPictures(Map<Integer, OfLabel> labels, Map<String, byte[]> examples) {
  /**
   * Pictures of a label.
   *
   * @param mean mean of all images of the label
   * @param samples some images, drawn by their ids
   */
  public record OfLabel(byte[] mean, List<byte[]> samples) {}

  /** Returns the key of an example. */
  public static String key(Member member) {
    return member.split().key() + "/" + member.id();
  }
}
