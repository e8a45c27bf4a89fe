package dev.convoy.driver.config;

import dev.convoy.data.image.Background;
import dev.convoy.data.image.Padding;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.InputFormats;
import dev.convoy.worker.scoring.BatchSize;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Parsers of values. Their error messages say what the value must be. */
final class Readers {
  private Readers() {}

  static Key.Reader<Integer> integerAtLeast(int minimum) {
    return text -> {
      long value = wholeNumber(text);
      if (value < minimum) {
        throw new IllegalArgumentException("must be at least " + minimum);
      }
      if (value > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("must be at most " + Integer.MAX_VALUE);
      }
      return (int) value;
    };
  }

  static Key.Reader<Long> wholeBetween(long low, long high) {
    return text -> {
      long value = wholeNumber(text);
      if (value < low || value > high) {
        throw new IllegalArgumentException("must be between " + low + " and " + high);
      }
      return value;
    };
  }

  static Key.Reader<Long> anyLong() {
    return Readers::wholeNumber;
  }

  static Key.Reader<Double> numberAtLeast(double minimum) {
    return text -> {
      double value = number(text);
      if (value < minimum) {
        throw new IllegalArgumentException("must be at least " + plain(minimum));
      }
      return value;
    };
  }

  static Key.Reader<Double> numberAbove(double bound) {
    return text -> {
      double value = number(text);
      if (value <= bound) {
        throw new IllegalArgumentException("must be greater than " + plain(bound));
      }
      return value;
    };
  }

  /** Returns a reader of numbers above {@code bound} and at most {@code most}. */
  static Key.Reader<Double> numberAboveUpTo(double bound, double most) {
    return text -> {
      double value = number(text);
      if (value <= bound || value > most) {
        throw new IllegalArgumentException(
            "must be greater than " + plain(bound) + " and at most " + plain(most));
      }
      return value;
    };
  }

  /** Returns a reader of numbers above {@code low} and below {@code high}. */
  static Key.Reader<Double> numberAboveBelow(double low, double high) {
    return text -> {
      double value = number(text);
      if (!(value > low && value < high)) {
        throw new IllegalArgumentException(
            "must be greater than " + plain(low) + " and below " + plain(high));
      }
      return value;
    };
  }

  /** Returns a reader of numbers of at least {@code low} and below {@code high}. */
  static Key.Reader<Double> fraction(double low, double high) {
    return text -> {
      double value = number(text);
      if (!(value >= low && value < high)) {
        throw new IllegalArgumentException(
            "must be at least " + plain(low) + " and below " + plain(high));
      }
      return value;
    };
  }

  /** Returns a reader of numbers between {@code low} and {@code high}, both included. */
  static Key.Reader<Double> between(double low, double high) {
    return text -> {
      double value = number(text);
      if (!(value >= low && value <= high)) {
        throw new IllegalArgumentException("must be between " + plain(low) + " and " + plain(high));
      }
      return value;
    };
  }

  static <E extends Enum<E>> Key.Reader<E> word(Class<E> type) {
    return new Word<>(List.of(type.getEnumConstants()));
  }

  /** Returns a reader of a number of images of a forward pass, or {@code auto}. */
  static Key.Reader<BatchSize> batchSize() {
    Key.Reader<OptionalInt> images = countOr(Keys.AUTO);
    return text -> new BatchSize(images.read(text));
  }

  /** Returns a reader of the names of some of an enum's constants. */
  static <E extends Enum<E>> Key.Reader<E> words(List<E> constants) {
    return new Word<>(constants);
  }

  /** Reads the name of one of some enum constants. */
  private record Word<E extends Enum<E>>(List<E> constants) implements Key.Reader<E> {
    @Override
    public E read(String text) {
      return constants.stream()
          .filter(constant -> wordOf(constant).equals(text))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("must be one of " + String.join(", ", words())));
    }

    @Override
    public List<String> words() {
      return constants.stream().map(Readers::wordOf).toList();
    }
  }

  /** Returns a reader of the formats of a command, which reads {@code auto} as empty. */
  static <F extends InputFormat> Key.Reader<Optional<F>> format(InputFormats<F> formats) {
    return new Key.Reader<>() {
      @Override
      public Optional<F> read(String text) {
        return formats.named(text);
      }

      @Override
      public List<String> words() {
        return formats.words();
      }
    };
  }

  /**
   * Returns a reader of integers of at least 1, which reads the word {@code otherwise} as empty.
   */
  static Key.Reader<OptionalInt> countOr(String otherwise) {
    Key.Reader<Integer> count = integerAtLeast(1);
    return or(otherwise, OptionalInt.empty(), text -> OptionalInt.of(count.read(text)));
  }

  /** Returns a reader of numbers above {@code bound}, which reads {@code otherwise} as empty. */
  static Key.Reader<OptionalDouble> numberAboveOr(double bound, String otherwise) {
    Key.Reader<Double> number = numberAbove(bound);
    return or(otherwise, OptionalDouble.empty(), text -> OptionalDouble.of(number.read(text)));
  }

  /**
   * Returns a reader of numbers of at least {@code minimum}, which reads {@code otherwise} as
   * empty.
   */
  static Key.Reader<OptionalDouble> numberAtLeastOr(double minimum, String otherwise) {
    Key.Reader<Double> number = numberAtLeast(minimum);
    return or(otherwise, OptionalDouble.empty(), text -> OptionalDouble.of(number.read(text)));
  }

  /** Returns a reader of backgrounds, which reads the word {@code otherwise} as empty. */
  static Key.Reader<Optional<Background>> background(String otherwise) {
    return or(
        otherwise,
        Optional.empty(),
        text ->
            Optional.of(
                Background.of(text.strip())
                    .orElseThrow(
                        () -> new IllegalArgumentException("must be " + Background.WORDS))));
  }

  static Key.Reader<Padding> padding() {
    return text ->
        Padding.of(text.strip())
            .orElseThrow(() -> new IllegalArgumentException("must be " + Padding.WORDS));
  }

  private static <T> Key.Reader<T> or(String word, T meaning, Key.Reader<T> reader) {
    return text -> {
      if (text.strip().equals(word)) {
        return meaning;
      }
      try {
        return reader.read(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(e.getMessage() + ", or " + word, e);
      }
    };
  }

  static Key.Reader<String> text() {
    return text -> text;
  }

  private static String wordOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static long wholeNumber(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a whole number", e);
    }
  }

  /** Parses a finite number. */
  private static double number(String text) {
    double value;
    try {
      value = Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a number", e);
    }
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("must be a finite number");
    }
    return value;
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
