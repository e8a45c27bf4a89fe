package dev.convoy.data.dataset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Maps the stored bytes {@code p} of an image to the values that a network takes.
 *
 * <p>All kinds but one map a byte of channel {@code c} to {@code (p / 255 − mean[c]) / std[c]}. A
 * channel with {@code std} 0, which never varies, is only centred.
 *
 * <p>{@link Kind#PER_IMAGE} maps a byte to {@code (p − m) / max(s, 1 / √n)} with the mean {@code m}
 * and the population standard deviation {@code s} of the {@code n} bytes of its image, all channels
 * together, as TensorFlow's {@code per_image_standardization} does. Its {@code mean} and {@code
 * std} describe the train split, and change no value.
 *
 * <p>Only values that are possible statistics of bytes are accepted for these two and {@link
 * Kind#DATASET}. Values from 0 to 1 with mean {@code m} have at most the variance {@code m·(1 −
 * m)}, which they have if all are 0 or 1. The mean of a channel that never varies is the value of a
 * byte, {@code k / 255}.
 *
 * @param kind where the numbers are from
 * @param mean per channel, in units of full brightness: 0 to 1
 * @param std per channel, in the same unit
 */
public record Normalisation(Normalisation.Kind kind, List<Double> mean, List<Double> std)
    implements Serializable {
  /** The origin of mean and standard deviation. */
  public enum Kind {
    /** Those of the train split of the dataset, for each channel. */
    DATASET,
    /** Those of the images of ImageNet, which many published networks take; three channels. */
    IMAGENET,
    /** 0 and 1: values from 0 to 1. */
    UNIT,
    /** 1/2 and 1/2: values from −1 to 1. */
    SYMMETRIC,
    /** Those of every image itself. */
    PER_IMAGE;

    /** The name in configuration and files: {@code per-image}. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns whether images of so many channels can be normalised in this way. */
    public boolean takes(int channels) {
      return this != IMAGENET || channels == IMAGENET_MEAN.size();
    }
  }

  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

  /**
   * Tolerance for rounding, far above that of a mean and standard deviation that were computed
   * exactly.
   */
  private static final double ROUNDING = 1e-9;

  /** The largest number of bytes of an image whose spread is a {@code long}. */
  private static final int LONG_SPREAD = 1 << 23;

  public Normalisation {
    // Earlier datasets and models have no kind.
    kind = kind == null ? Kind.DATASET : kind;
    Checks.that(mean != null && mean.stream().allMatch(Objects::nonNull), "mean", "it is missing");
    Checks.that(std != null && std.stream().allMatch(Objects::nonNull), "std", "it is missing");
    Checks.that(mean.size() == std.size(), "normalisation", "one mean and one std per channel");
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    switch (kind) {
      case DATASET, PER_IMAGE -> {
        for (int channel = 0; channel < mean.size(); channel++) {
          requirePossible(mean.get(channel), std.get(channel));
        }
      }
      case IMAGENET -> requireFixed(kind, mean, std, IMAGENET_MEAN, IMAGENET_STD);
      case UNIT -> requireFixed(kind, mean, std, all(mean, 0.0), all(mean, 1.0));
      case SYMMETRIC -> requireFixed(kind, mean, std, all(mean, 0.5), all(mean, 0.5));
    }
  }

  /** Creates a normalisation by the statistics of the train split. */
  public Normalisation(List<Double> mean, List<Double> std) {
    this(Kind.DATASET, mean, std);
  }

  /**
   * Returns a normalisation of images with given statistics.
   *
   * @param train normalisation by the statistics of the train split
   * @throws IllegalArgumentException if the kind does not take so many channels
   */
  public static Normalisation of(Kind kind, Normalisation train) {
    return switch (kind) {
      case DATASET -> train;
      case PER_IMAGE -> new Normalisation(kind, train.mean, train.std);
      case IMAGENET -> {
        Checks.oneOf(train.mean.size(), "channels", IMAGENET_MEAN.size());
        yield new Normalisation(kind, IMAGENET_MEAN, IMAGENET_STD);
      }
      case UNIT -> new Normalisation(kind, all(train.mean, 0.0), all(train.mean, 1.0));
      case SYMMETRIC -> new Normalisation(kind, all(train.mean, 0.5), all(train.mean, 0.5));
    };
  }

  private static List<Double> all(List<Double> channels, double value) {
    return Collections.nCopies(channels.size(), value);
  }

  private static void requireFixed(
      Kind kind,
      List<Double> mean,
      List<Double> std,
      List<Double> fixedMean,
      List<Double> fixedStd) {
    Checks.that(
        mean.equals(fixedMean) && std.equals(fixedStd),
        "normalisation",
        "mean "
            + mean
            + " and std "
            + std
            + " are not those of "
            + kind.key()
            + ", which are "
            + fixedMean
            + " and "
            + fixedStd);
  }

  private static void requirePossible(double mean, double std) {
    Checks.between(0, 1, mean, "mean");
    Checks.between(0, 1, std, "std");
    Checks.that(
        std * std <= mean * (1 - mean) + ROUNDING,
        "std",
        std + " (bytes whose mean is " + mean + " cannot deviate so much)");
    Checks.that(
        std > 0 || Math.abs(255 * mean - Math.rint(255 * mean)) < ROUNDING,
        "std",
        "0, which says that all bytes are equal, and no byte has the mean " + mean);
  }

  /** Returns the channels that never vary. */
  public List<Integer> constantChannels() {
    return IntStream.range(0, std.size()).filter(c -> std.get(c) == 0).boxed().toList();
  }

  /** True if every image is normalised by its own mean and standard deviation. */
  @JsonIgnore
  public boolean isPerImage() {
    return kind == Kind.PER_IMAGE;
  }

  /** Returns the byte of each channel that is nearest to its mean. */
  public byte[] nearestToMean() {
    byte[] bytes = new byte[mean.size()];
    for (int channel = 0; channel < bytes.length; channel++) {
      bytes[channel] = (byte) Math.round(255 * mean.get(channel));
    }
    return bytes;
  }

  /**
   * Returns the 256 values to which the bytes of one channel are mapped in every image.
   *
   * @throws IllegalStateException if they differ from image to image
   */
  public float[] table(int channel) {
    if (isPerImage()) {
      throw new IllegalStateException("Images are normalised one by one");
    }
    double divisor = std.get(channel) == 0 ? 1 : std.get(channel);
    float[] table = new float[256];
    for (int pixel = 0; pixel < table.length; pixel++) {
      table[pixel] = (float) ((pixel / 255.0 - mean.get(channel)) / divisor);
    }
    return table;
  }

  /**
   * Returns the 256 values to which the bytes of each channel are mapped in every image.
   *
   * @throws IllegalStateException if they differ from image to image
   */
  public float[][] tables() {
    float[][] tables = new float[mean.size()][];
    Arrays.setAll(tables, this::table);
    return tables;
  }

  /**
   * Returns the 256 values to which the bytes of each channel of one image are mapped.
   *
   * @param image holds the bytes of all channels of the image from {@code offset} on
   * @param bytes number of bytes of the image
   */
  public float[][] tables(byte[] image, int offset, int bytes) {
    if (!isPerImage()) {
      return tables();
    }
    float[][] tables = new float[mean.size()][];
    Arrays.fill(tables, ofImage(image, offset, bytes));
    return tables;
  }

  /** Sums are whole numbers, so that the order of bytes cannot change a bit. */
  private static float[] ofImage(byte[] image, int offset, int bytes) {
    long sum = 0;
    long squares = 0;
    for (int i = offset; i < offset + bytes; i++) {
      long pixel = image[i] & 0xff;
      sum += pixel;
      squares += pixel * pixel;
    }
    double mean = (double) sum / bytes;
    double deviation = Math.sqrt(spread(bytes, sum, squares)) / bytes;
    double divisor = Math.max(deviation, 1 / Math.sqrt(bytes));
    float[] table = new float[256];
    for (int pixel = 0; pixel < table.length; pixel++) {
      table[pixel] = (float) ((pixel - mean) / divisor);
    }
    return table;
  }

  /** Returns {@code n·squares − sum²}, which is {@code n²} times the variance. */
  private static double spread(int bytes, long sum, long squares) {
    return bytes <= LONG_SPREAD
        ? bytes * squares - sum * sum
        : BigInteger.valueOf(bytes)
            .multiply(BigInteger.valueOf(squares))
            .subtract(BigInteger.valueOf(sum).pow(2))
            .doubleValue();
  }
}
