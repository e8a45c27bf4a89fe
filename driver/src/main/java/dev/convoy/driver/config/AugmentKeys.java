package dev.convoy.driver.config;

import static dev.convoy.driver.config.Readers.between;
import static dev.convoy.driver.config.Readers.integerAtLeast;
import static dev.convoy.driver.config.Readers.word;

import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.augment.Border;
import dev.convoy.data.augment.FlipRule;
import java.util.ArrayList;
import java.util.List;

/** The keys of augmentation, which are a part of {@link Keys}. */
public final class AugmentKeys {
  private static final String SECTION = "train.augment.";
  private static final List<Key<?>> ALL = new ArrayList<>();

  public static final Key<Integer> CROP =
      key(
          "crop",
          "0",
          "pixels",
          "random crop: training images are padded by so many pixels and cropped to their"
              + " size at a random place; 0 for none",
          integerAtLeast(0));
  public static final Key<Border> PADDING =
      key(
          "padding",
          "zero",
          "word",
          "pixels beside a training image where it is cropped, made smaller or rotated",
          word(Border.class));
  public static final Key<Double> FLIP =
      key(
          "flip",
          "0",
          "fraction of images",
          "probability that a training image is flipped horizontally",
          between(0, 1));
  public static final Key<FlipRule> FLIP_RULE =
      key(
          "flipRule",
          "random",
          "word",
          "which images are flipped: drawn in every epoch, or every image in every second"
              + " epoch",
          word(FlipRule.class));
  public static final Key<Double> SCALE_MIN =
      key(
          "scale.min",
          "1",
          "factor",
          "smallest factor by which a training image is scaled; above 1 it is enlarged",
          between(0.1, 10));
  public static final Key<Double> SCALE_MAX =
      key(
          "scale.max",
          "1",
          "factor",
          "largest factor by which a training image is scaled",
          between(0.1, 10));
  public static final Key<Double> ROTATION =
      key(
          "rotation",
          "0",
          "degrees",
          "largest angle by which a training image is rotated, in either direction",
          between(0, 180));
  public static final Key<Double> BRIGHTNESS =
      key(
          "brightness",
          "0",
          "fraction",
          "the brightness of a training image is multiplied by 1 minus this to 1 plus this",
          between(0, 1));
  public static final Key<Double> CONTRAST =
      key(
          "contrast",
          "0",
          "fraction",
          "the contrast of a training image is multiplied by 1 minus this to 1 plus this",
          between(0, 1));
  public static final Key<Double> SATURATION =
      key(
          "saturation",
          "0",
          "fraction",
          "the saturation of a training image is multiplied by 1 minus this to 1 plus this",
          between(0, 1));
  public static final Key<Double> ERASE_PROBABILITY =
      key(
          "erase.probability",
          "0",
          "fraction of images",
          "probability that a rectangle of a training image is erased",
          between(0, 1));
  public static final Key<Double> ERASE_AREA_MIN =
      key(
          "erase.areaMin",
          "0.02",
          "fraction of the image",
          "smallest area of an erased rectangle",
          between(0, 1));
  public static final Key<Double> ERASE_AREA_MAX =
      key(
          "erase.areaMax",
          "0.4",
          "fraction of the image",
          "largest area of an erased rectangle",
          between(0, 1));
  public static final Key<Double> ERASE_ASPECT_MIN =
      key(
          "erase.aspectMin",
          "0.3",
          "height / width",
          "smallest aspect ratio of an erased rectangle",
          between(0.01, 100));
  public static final Key<Double> ERASE_ASPECT_MAX =
      key(
          "erase.aspectMax",
          "3.3333",
          "height / width",
          "largest aspect ratio of an erased rectangle",
          between(0.01, 100));
  public static final Key<Double> MIXUP =
      key(
          "mixup",
          "0",
          "alpha",
          "mixup: the images of a minibatch and their labels are blended in pairs, by"
              + " shares of Beta(alpha, alpha); 0 for none",
          between(0, 100));
  public static final Key<Double> CUTMIX =
      key(
          "cutmix",
          "0",
          "alpha",
          "cutmix: a rectangle of every image of a minibatch is that of another one, and"
              + " the labels are mixed by area; its area is 1 minus a share of Beta(alpha,"
              + " alpha); 0 for none",
          between(0, 100));

  private AugmentKeys() {}

  /** Returns the keys in the order of the file. */
  static List<Key<?>> all() {
    return List.copyOf(ALL);
  }

  /** Returns the key of a setting of the augmentation. */
  static Key<?> of(String setting) {
    return ALL.stream()
        .filter(key -> key.path().equals(SECTION + setting))
        .findFirst()
        .orElseThrow();
  }

  /** Reads the augmentation; faults go to the problems of the settings. */
  static Augmentation read(Settings settings) {
    Augmentation simple =
        new Augmentation(settings.get(CROP), 0)
            .with(settings.get(PADDING))
            .with(
                new Augmentation.Colour(
                    settings.get(BRIGHTNESS), settings.get(CONTRAST), settings.get(SATURATION)))
            .with(new Augmentation.Mixing(settings.get(MIXUP), settings.get(CUTMIX)));
    double rotation = settings.get(ROTATION);
    double probability = settings.get(ERASE_PROBABILITY);
    Range scale = range(settings, SCALE_MIN, SCALE_MAX);
    Range area = range(settings, ERASE_AREA_MIN, ERASE_AREA_MAX);
    Range aspect = range(settings, ERASE_ASPECT_MIN, ERASE_ASPECT_MAX);
    return simple
        .with(new Augmentation.Affine(scale.min, scale.max, rotation))
        .with(new Augmentation.Erasing(probability, area.min, area.max, aspect.min, aspect.max))
        .withFlip(flip(settings), settings.get(FLIP_RULE));
  }

  private static double flip(Settings settings) {
    double flip = settings.get(FLIP);
    if (settings.get(FLIP_RULE) == FlipRule.ALTERNATING && flip != 0.5) {
      settings.refusePair(
          FLIP,
          "must be 0.5 with",
          FLIP_RULE,
          "flips every image in every second epoch, and needs 0.5 for");
      return 0.5;
    }
    return flip;
  }

  private record Range(double min, double max) {}

  private static Range range(Settings settings, Key<Double> min, Key<Double> max) {
    double least = settings.get(min);
    double most = settings.get(max);
    if (least > most) {
      settings.refusePair(max, "must be at least", min, "must be at most");
    }
    return new Range(least, Math.max(least, most));
  }

  private static <T> Key<T> key(
      String name, String defaultText, String unit, String meaning, Key.Reader<T> reader) {
    Key<T> key = new Key<>(SECTION + name, defaultText, unit, meaning, reader);
    ALL.add(key);
    return key;
  }
}
