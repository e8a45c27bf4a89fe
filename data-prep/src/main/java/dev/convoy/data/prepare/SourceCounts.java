package dev.convoy.data.prepare;

import dev.convoy.data.ImageShape;
import dev.convoy.data.image.FittedImage;
import dev.convoy.data.quality.SourceProfile;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the examples were before they were fitted. */
final class SourceCounts implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String PIXELS = "pixels";
  private static final int COMMON = 5;

  /** Largest number of different sizes that are counted exactly. */
  private static final int MOST_SIZES = 20_000;

  private final TreeMap<String, Long> formats = new TreeMap<>();
  private final TreeMap<Size, Long> sizes = new TreeMap<>();
  private long grey;

  /** A size; in order of the number of pixels. */
  private record Size(int height, int width) implements Comparable<Size>, Serializable {
    private static final Comparator<Size> ORDER =
        Comparator.comparingLong(Size::pixels).thenComparing(Size::height);

    long pixels() {
      return (long) height * width;
    }

    /** Returns the size with all but the three leading binary digits of each side dropped. */
    Size rounded() {
      return new Size(rounded(height), rounded(width));
    }

    private static int rounded(int side) {
      int digits = Math.max(0, 29 - Integer.numberOfLeadingZeros(side));
      return side >> digits << digits;
    }

    @Override
    public int compareTo(Size other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return height + "×" + width;
    }
  }

  void add(FittedImage image) {
    formats.merge(image.format().isEmpty() ? PIXELS : image.format(), 1L, Long::sum);
    ImageShape natural = image.natural();
    grey += natural.channels() == 1 ? 1 : 0;
    add(new Size(natural.height(), natural.width()), 1);
  }

  void add(SourceCounts other) {
    other.formats.forEach((format, count) -> formats.merge(format, count, Long::sum));
    grey += other.grey;
    other.sizes.forEach(this::add);
  }

  /** Beyond the limit, sizes are rounded, so that a million of them take no more memory. */
  private void add(Size size, long count) {
    boolean hasRoom = sizes.size() < MOST_SIZES || sizes.containsKey(size);
    sizes.merge(hasRoom ? size : size.rounded(), count, Long::sum);
  }

  SourceProfile profile(long transparent, long damaged, long fitted) {
    if (sizes.isEmpty()) {
      return new SourceProfile(formats, 0, 0, 0, 0, "none", "none", "none", 0, List.of());
    }
    long all = sizes.values().stream().mapToLong(Long::longValue).sum();
    long before = 0;
    Size median = sizes.firstKey();
    for (Map.Entry<Size, Long> size : sizes.entrySet()) {
      if (2 * before >= all) {
        break;
      }
      median = size.getKey();
      before += size.getValue();
    }
    List<SourceProfile.Common> common =
        sizes.entrySet().stream()
            .sorted(Map.Entry.<Size, Long>comparingByValue().reversed())
            .limit(COMMON)
            .map(size -> new SourceProfile.Common(size.getKey().toString(), size.getValue()))
            .toList();
    return new SourceProfile(
        formats,
        grey,
        transparent,
        damaged,
        fitted,
        sizes.firstKey().toString(),
        median.toString(),
        sizes.lastKey().toString(),
        sizes.size(),
        common);
  }
}
