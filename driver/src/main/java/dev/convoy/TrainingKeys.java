package dev.convoy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.prepare.ImageSize;
import dev.convoy.driver.config.Key;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.MonitorKeys;
import dev.convoy.driver.config.PrepareKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.Params;
import scala.runtime.AbstractFunction1;

/**
 * Makes a Param of every key of training, and of the keys of preparation that concern rows. Type,
 * range, meaning and default are those of the key.
 */
final class TrainingKeys {
  private static final String SECTION = "train.";

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private record Entry(Key<?> key, Param<?> param) {}

  TrainingKeys(Params parent) {
    for (Key<?> key : Keys.all()) {
      // How a command's run is observed is no matter of a fit.
      if (key.path().startsWith(SECTION) && !MonitorKeys.isObservation(key)) {
        add(parent, key, name(key), key.meaning());
      }
    }
    add(
        parent,
        PrepareKeys.SIZE,
        "size",
        "size of every image, HEIGHTxWIDTH in pixels; source takes that of the first image in the"
            + " order of ids");
    add(parent, PrepareKeys.FIT, "fit", PrepareKeys.FIT.meaning());
    add(parent, PrepareKeys.PADDING, "padding", PrepareKeys.PADDING.meaning());
    add(parent, PrepareKeys.PLACE, "place", PrepareKeys.PLACE.meaning());
    add(parent, PrepareKeys.RESAMPLE, "resample", PrepareKeys.RESAMPLE.meaning());
    add(parent, PrepareKeys.NORMALISATION, "normalisation", PrepareKeys.NORMALISATION.meaning());
    add(
        parent,
        PrepareKeys.VALIDATION,
        "validation",
        "share of each label's rows that is held out for validation, to one row; splitSeed and id"
            + " decide which");
    add(parent, PrepareKeys.SEED, "splitSeed", PrepareKeys.SEED.meaning());
    add(
        parent,
        PrepareKeys.ON_BAD,
        "onBad",
        "what happens if a row has no label or no image that can be read");
    add(
        parent,
        PrepareKeys.MAX_BAD,
        "maxBad",
        "the fit fails if a larger share of the rows is rejected");
    add(parent, PrepareKeys.DAMAGED, "damaged", PrepareKeys.DAMAGED.meaning());
    add(parent, PrepareKeys.DUPLICATES, "duplicates", PrepareKeys.DUPLICATES.meaning());
    add(parent, PrepareKeys.BACKGROUND, "background", PrepareKeys.BACKGROUND.meaning());
    add(parent, PrepareKeys.MAX_PIXELS, "maxPixels", PrepareKeys.MAX_PIXELS.meaning());
    add(parent, PrepareKeys.MAX_BYTES, "maxBytes", PrepareKeys.MAX_BYTES.meaning());
  }

  /** Returns the name of a key's Param: {@code train.augment.crop} is {@code augmentCrop}. */
  static String name(Key<?> key) {
    StringBuilder name = new StringBuilder();
    for (String word : key.path().substring(SECTION.length()).split("\\.")) {
      name.append(
          name.length() == 0
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return name.toString();
  }

  /** Returns a Param of texts by its name. */
  @SuppressWarnings("unchecked") // Its name decides its type.
  static Param<String> text(Params parent, String name) {
    return (Param<String>) (Param<?>) parent.getParam(name);
  }

  List<Param<?>> all() {
    List<Param<?>> all = new ArrayList<>();
    entries.values().forEach(entry -> all.add(entry.param));
    return all;
  }

  /** Returns the default of every Param that has one. */
  List<ParamPair<?>> defaults() {
    List<ParamPair<?>> pairs = new ArrayList<>();
    for (Entry entry : entries.values()) {
      Object value = sample(entry.key);
      if (entry.param instanceof IntParam param && value instanceof Integer number) {
        pairs.add(param.w(number));
      } else if (entry.param instanceof LongParam param && value instanceof Long number) {
        pairs.add(param.w(number));
      } else if (entry.param instanceof DoubleParam param && value instanceof Double number) {
        pairs.add(param.w(number));
      } else if (!isAutomatic(value)) {
        pairs.add(textParam(entry).w(entry.key.defaultText()));
      }
    }
    return pairs;
  }

  /** Returns the values of all Params that have one, by the path of their keys. */
  Map<String, String> values(Params parent) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Entry entry : entries.values()) {
      if (parent.isDefined(entry.param)) {
        values.put(entry.key.path(), String.valueOf(value(parent, entry.param)));
      }
    }
    return values;
  }

  private static <T> T value(Params parent, Param<T> param) {
    return parent.getOrDefault(param);
  }

  @SuppressWarnings("unchecked") // All other types were told apart before.
  private static Param<String> textParam(Entry entry) {
    return (Param<String>) entry.param;
  }

  private void add(Params parent, Key<?> key, String name, String meaning) {
    entries.put(name, new Entry(key, param(parent, key, name, meaning)));
  }

  private static Param<?> param(Params parent, Key<?> key, String name, String meaning) {
    Object value = sample(key);
    List<String> words = key.reader().words();
    String doc =
        meaning
            + " ("
            + (words.isEmpty() ? key.unit() : String.join(", ", words))
            + (isAutomatic(value) ? "; " + key.defaultText() + " if it is not set)" : ")");
    if (value instanceof Integer || value instanceof OptionalInt) {
      return new IntParam(parent, name, doc, new Accepts<>(key, name));
    }
    if (value instanceof Long) {
      return new LongParam(parent, name, doc, new Accepts<>(key, name));
    }
    if (value instanceof Double || value instanceof OptionalDouble) {
      return new DoubleParam(parent, name, doc, new Accepts<>(key, name));
    }
    return new Param<String>(parent, name, doc, new Accepts<>(key, name));
  }

  private static boolean isAutomatic(Object value) {
    return value instanceof OptionalInt || value instanceof OptionalDouble;
  }

  /** Returns the default of a key, whose type is that of all its values. */
  private static Object sample(Key<?> key) {
    return key.reader().read(key.defaultText());
  }

  /** Accepts the values that a key accepts, and names the reason for all others. */
  private static final class Accepts<T> extends AbstractFunction1<T, Object> {
    private final Key<?> key;
    private final String name;

    Accepts(Key<?> key, String name) {
      this.key = key;
      this.name = name;
    }

    @Override
    public Object apply(T value) {
      try {
        key.reader().read(String.valueOf(value));
        if (key.equals(PrepareKeys.SIZE) && !Keys.FROM_SOURCE.equals(value)) {
          ImageSize.of(String.valueOf(value));
        }
        return true;
      } catch (IllegalArgumentException e) {
        throw new InvalidRequestException(
            "Invalid " + name + ": " + value + " (" + e.getMessage() + ")", e);
      }
    }
  }
}
