package dev.convoy.data.prepare;

import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Sha256;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One pseudo-random number for each image that may be held out, by label. The number depends on the
 * seed and the id only: it is the first eight bytes of SHA-256("convoy split", seed, id).
 *
 * <p>Eight bytes are kept for each image, so a million of them take 8 MB.
 */
final class Draws implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TreeMap<Integer, Numbers> free = new TreeMap<>();
  private final TreeMap<Integer, Numbers> train = new TreeMap<>();

  /** Returns the number of an image. */
  static long of(long seed, String id) {
    return new Sha256().add("convoy split").add(seed).add(id).firstLong();
  }

  /** Adds an image. One of a given validation or test split stays there, so it is not kept. */
  void add(long seed, String id, int label, Optional<Split> given) {
    if (given.isEmpty() || given.get() == Split.TRAIN) {
      Map<Integer, Numbers> byLabel = given.isEmpty() ? free : train;
      byLabel.computeIfAbsent(label, key -> new Numbers()).add(of(seed, id));
    }
  }

  void add(Draws other) {
    addAll(other.free, free);
    addAll(other.train, train);
  }

  private static void addAll(Map<Integer, Numbers> from, Map<Integer, Numbers> to) {
    from.forEach((label, numbers) -> to.computeIfAbsent(label, key -> new Numbers()).add(numbers));
  }

  /** Returns the numbers of the images of a label without a given split, in ascending order. */
  long[] free(int label) {
    return sorted(free, label);
  }

  /** Returns the numbers of the images of a label that the source gives to train, ascending. */
  long[] train(int label) {
    return sorted(train, label);
  }

  /** Returns the groups of the images: those of one group have one number. */
  Groups groups() {
    long[] numbers =
        Stream.of(free, train)
            .flatMap(byLabel -> byLabel.values().stream())
            .flatMapToLong(each -> Arrays.stream(each.values, 0, each.size))
            .sorted()
            .toArray();
    long different = 0;
    for (int i = 0; i < numbers.length; i++) {
      different += i == 0 || numbers[i] != numbers[i - 1] ? 1 : 0;
    }
    return new Groups(different, numbers.length);
  }

  private static long[] sorted(Map<Integer, Numbers> byLabel, int label) {
    Numbers numbers = byLabel.get(label);
    long[] sorted = numbers == null ? new long[0] : Arrays.copyOf(numbers.values, numbers.size);
    Arrays.sort(sorted);
    return sorted;
  }

  private static final class Numbers implements Serializable {
    private static final long serialVersionUID = 1L;

    private long[] values = new long[2];
    private int size;

    void add(long value) {
      reserve(1);
      values[size++] = value;
    }

    void add(Numbers other) {
      reserve(other.size);
      System.arraycopy(other.values, 0, values, size, other.size);
      size += other.size;
    }

    private void reserve(int more) {
      int needed = Math.addExact(size, more);
      if (needed > values.length) {
        values = Arrays.copyOf(values, Math.max(needed, values.length + (values.length >> 1)));
      }
    }
  }
}
