package dev.convoy.data.quality;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Sha256;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Pictures for a report, while they are collected. */
final class Gallery implements Serializable {
  /** Largest number of labels of which pictures are collected. */
  static final int MOST_LABELS = 100;

  /** Largest number of values of all mean images together. */
  static final int MOST_VALUES = 1 << 20;

  private static final long serialVersionUID = 1L;
  private static final int SAMPLES = 10;

  private final ImageShape shape;
  private final Set<Integer> labels;
  private final Set<String> wanted;
  private final Map<Integer, OfLabel> byLabel = new HashMap<>();
  private final HashMap<String, byte[]> examples = new HashMap<>();

  /**
   * Starts with nothing.
   *
   * @param labels labels of which pictures are collected
   * @param wanted keys of the examples that are collected
   */
  Gallery(ImageShape shape, Set<Integer> labels, Set<String> wanted) {
    this.shape = shape;
    this.labels = labels;
    this.wanted = wanted;
  }

  /** The sum of the images of a label, and those whose ids have the smallest digests. */
  private static final class OfLabel implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long[] sums;
    private final TreeMap<String, byte[]> samples = new TreeMap<>();
    private long count;

    OfLabel(int size) {
      sums = new long[size];
    }

    void keep(String digest, byte[] pixels) {
      samples.put(digest, pixels);
      if (samples.size() > SAMPLES) {
        samples.pollLastEntry();
      }
    }

    boolean isSample(String digest) {
      return samples.size() < SAMPLES || digest.compareTo(samples.lastKey()) < 0;
    }
  }

  Gallery add(Member member, byte[] pixels) {
    if (labels.contains(member.label())) {
      OfLabel label = byLabel.computeIfAbsent(member.label(), key -> new OfLabel(shape.size()));
      label.count++;
      for (int i = 0; i < pixels.length; i++) {
        label.sums[i] += pixels[i] & 0xff;
      }
      String digest = new Sha256().add(DatasetPictures.key(member)).hex();
      if (label.isSample(digest)) {
        label.keep(digest, pixels);
      }
    }
    String key = DatasetPictures.key(member);
    if (wanted.contains(key)) {
      examples.put(key, pixels);
    }
    return this;
  }

  Gallery merge(Gallery other) {
    other.byLabel.forEach(
        (number, label) -> {
          OfLabel own = byLabel.computeIfAbsent(number, key -> new OfLabel(shape.size()));
          own.count += label.count;
          for (int i = 0; i < own.sums.length; i++) {
            own.sums[i] += label.sums[i];
          }
          label.samples.forEach(own::keep);
        });
    examples.putAll(other.examples);
    return this;
  }

  DatasetPictures pictures() {
    TreeMap<Integer, DatasetPictures.OfLabel> pictures = new TreeMap<>();
    byLabel.forEach(
        (number, label) -> {
          byte[] mean = new byte[label.sums.length];
          for (int i = 0; i < mean.length; i++) {
            mean[i] = (byte) ((2 * label.sums[i] + label.count) / (2 * label.count));
          }
          pictures.put(
              number, new DatasetPictures.OfLabel(mean, List.copyOf(label.samples.values())));
        });
    return new DatasetPictures(pictures, examples);
  }
}
