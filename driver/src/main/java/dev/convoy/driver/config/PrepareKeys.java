package dev.convoy.driver.config;

import static dev.convoy.driver.config.Readers.anyLong;
import static dev.convoy.driver.config.Readers.background;
import static dev.convoy.driver.config.Readers.between;
import static dev.convoy.driver.config.Readers.format;
import static dev.convoy.driver.config.Readers.fraction;
import static dev.convoy.driver.config.Readers.padding;
import static dev.convoy.driver.config.Readers.text;
import static dev.convoy.driver.config.Readers.wholeBetween;
import static dev.convoy.driver.config.Readers.word;

import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.Padding;
import dev.convoy.data.image.Place;
import dev.convoy.data.image.Resampling;
import dev.convoy.data.prepare.Duplicates;
import dev.convoy.data.prepare.OnBad;
import dev.convoy.data.prepare.OnDamaged;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.InputFormats;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of preparation, which are a part of {@link Keys}. */
public final class PrepareKeys {
  private static final String SECTION = "prepare.";
  private static final List<Key<?>> ALL = new ArrayList<>();

  public static final Key<Optional<InputFormat>> FORMAT =
      key("format", Keys.AUTO, "word", "format of the input", format(InputFormats.PREPARE_ALL));
  public static final Key<String> SIZE =
      key(
          "size",
          Keys.FROM_SOURCE,
          "HxW",
          "size of every image, in pixels; source takes that of the train images of IDX files, or"
              + " of the first image of a folder",
          text());
  public static final Key<Fit> FIT =
      key("fit", "pad", "word", "how an image of another size is resized", word(Fit.class));
  public static final Key<Padding> PADDING =
      key(
          "padding",
          "zero",
          "word or #rrggbb",
          "pixels beside a padded image: black, those of its edge, its mean, its reflection, or a"
              + " colour",
          padding());
  public static final Key<Place> PLACE =
      key("place", "center", "word", "place of a padded image", word(Place.class));
  public static final Key<Resampling> RESAMPLE =
      key(
          "resample",
          "area-bicubic",
          "word",
          "how the pixels of a resized image are computed; area-bicubic averages where it shrinks"
              + " and is bicubic where it grows",
          word(Resampling.class));
  public static final Key<String> CHANNELS =
      key("channels", Keys.FROM_SOURCE, "1 or 3", "grey or colour", text());
  public static final Key<Normalisation.Kind> NORMALISATION =
      key(
          "normalisation",
          "dataset",
          "word",
          "how pixels become the values that networks take: by mean and standard deviation of the"
              + " train split, by those of ImageNet, to 0 to 1, to -1 to 1, or by those of every"
              + " image",
          word(Normalisation.Kind.class));
  public static final Key<Double> VALIDATION =
      key(
          "validation",
          "0.1",
          "fraction of train",
          "share of each label's train examples that is held out for validation, to one example;"
              + " seed and id decide which; without effect where the source has a validation split",
          fraction(0, 1));
  public static final Key<Double> TEST =
      key(
          "test",
          "0",
          "fraction of examples",
          "share of each label's examples that is held out for testing, to one example, before"
              + " validation is; only of examples to which the source gives no split",
          fraction(0, 1));
  public static final Key<OnBad> ON_BAD =
      key("onBad", "fail", "word", "what happens if an image cannot be read", word(OnBad.class));
  public static final Key<Double> MAX_BAD =
      key(
          "maxBad",
          "1",
          "fraction of images",
          "the job fails if a larger share of images cannot be read",
          between(0, 1));
  public static final Key<Long> SEED = key("seed", "1", "number", "seed of the split", anyLong());
  public static final Key<OnDamaged> DAMAGED =
      key(
          "damaged",
          "keep",
          "word",
          "what happens to an image that can be decoded only in part, since its data is damaged",
          word(OnDamaged.class));

  /** Value of {@link #GROUPS}: images are drawn one by one. */
  public static final String NO_GROUPS = "none";

  public static final Key<String> GROUPS =
      key(
          "groups",
          NO_GROUPS,
          "regular expression",
          "finds in the id of an image the group whose images all come into one split: its first"
              + " capturing group, or all that it matches; none draws images one by one",
          text());
  public static final Key<Duplicates> DUPLICATES =
      key(
          "duplicates",
          "keep",
          "word",
          "what happens to examples with the same pixels: keep; drop-across-splits: none stays in"
              + " train that validation or test has; drop: one of each is kept",
          word(Duplicates.class));
  public static final Key<Switch> REPORT =
      key(
          "report",
          "on",
          "word",
          "whether the images are compared and shown in report.html of the dataset",
          word(Switch.class));
  public static final Key<Optional<Background>> BACKGROUND =
      key(
          "background",
          Keys.AUTO,
          "word or #rrggbb",
          "what transparent pixels are drawn on: black, white, the mean of each image, or a colour;"
              + " refuse rejects images with such pixels; auto is black with a warning",
          background(Keys.AUTO));
  public static final Key<Long> MAX_PIXELS =
      key(
          "maxPixels",
          "64000000",
          "pixels",
          "largest height × width of an image; a larger one cannot be read",
          wholeBetween(1, ImageLimits.MAX_PIXELS));
  public static final Key<Long> MAX_BYTES =
      key(
          "maxBytes",
          "67108864",
          "bytes",
          "largest file of an image; a larger one cannot be read",
          wholeBetween(1, ImageLimits.MAX_BYTES));

  private PrepareKeys() {}

  /** Returns the keys in the order of the configuration file. */
  static List<Key<?>> all() {
    return List.copyOf(ALL);
  }

  private static <T> Key<T> key(
      String path, String defaultText, String unit, String meaning, Key.Reader<T> reader) {
    Key<T> key = new Key<>(SECTION + path, defaultText, unit, meaning, reader);
    ALL.add(key);
    return key;
  }
}
