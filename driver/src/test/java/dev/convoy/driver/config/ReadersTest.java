package dev.convoy.driver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.image.Fit;
import dev.convoy.worker.network.Optimizer;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Each reader at its bounds and beyond. */
class ReadersTest {
  private enum Words {
    ONE,
    TWO_WORDS,
    THIRD
  }

  private static void refused(Key.Reader<?> reader, String text, String message) {
    assertThatThrownBy(() -> reader.read(text))
        .as(text)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void integerAtLeast() {
    Key.Reader<Integer> reader = Readers.integerAtLeast(1);
    assertThat(reader.read("1")).isEqualTo(1);
    assertThat(reader.read(" 12 ")).isEqualTo(12);
    assertThat(reader.read("2147483647")).isEqualTo(Integer.MAX_VALUE);
    refused(reader, "0", "must be at least 1");
    refused(reader, "-3", "must be at least 1");
    refused(reader, "2147483648", "must be at most 2147483647");
    refused(reader, "9223372036854775808", "must be a whole number");
    refused(reader, "1.5", "must be a whole number");
    refused(reader, "1e3", "must be a whole number");
    refused(reader, "many", "must be a whole number");
    refused(reader, "", "must be a whole number");
  }

  @Test
  void threads() {
    Key.Reader<OptionalInt> reader = Readers.countOr("task-cpus");
    assertThat(reader.read("task-cpus")).isEmpty();
    assertThat(reader.read(" 2 ")).hasValue(2);
    refused(reader, "0", "must be at least 1, or task-cpus");
    refused(reader, "all", "must be a whole number, or task-cpus");
  }

  @Test
  void aRateOrTheWord() {
    Key.Reader<OptionalDouble> reader = Readers.numberAboveOr(0, "auto");
    assertThat(reader.read(" auto ")).isEmpty();
    assertThat(reader.read("0.03")).hasValue(0.03);
    refused(reader, "0", "must be greater than 0, or auto");
    refused(reader, "Auto", "must be a number, or auto");
    assertThat(Readers.numberAtLeastOr(0, "auto").read("0")).hasValue(0);
    refused(Readers.numberAtLeastOr(0, "auto"), "-1", "must be at least 0, or auto");
  }

  @Test
  void anyLong() {
    Key.Reader<Long> reader = Readers.anyLong();
    assertThat(reader.read("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    assertThat(reader.read("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(reader.read("0")).isZero();
    refused(reader, "0x10", "must be a whole number");
    refused(reader, "9223372036854775808", "must be a whole number");
  }

  @Test
  void numberAtLeast() {
    Key.Reader<Double> reader = Readers.numberAtLeast(0);
    assertThat(reader.read("0")).isZero();
    assertThat(reader.read("2.5e-3")).isEqualTo(0.0025);
    assertThat(reader.read("1e308")).isEqualTo(1e308);
    refused(reader, "-1e-300", "must be at least 0");
    refused(reader, "-1", "must be at least 0");
    refused(reader, "NaN", "must be a finite number");
    refused(reader, "Infinity", "must be a finite number");
    refused(reader, "1e400", "must be a finite number");
    refused(reader, "a bit", "must be a number");
    refused(Readers.numberAtLeast(0.5), "0.4", "must be at least 0.5");
  }

  @Test
  void numberAbove() {
    Key.Reader<Double> reader = Readers.numberAbove(0);
    assertThat(reader.read("1e-300")).isEqualTo(1e-300);
    refused(reader, "0", "must be greater than 0");
    refused(reader, "-0", "must be greater than 0");
    refused(reader, "-0.1", "must be greater than 0");
    refused(reader, "NaN", "must be a finite number");
    refused(reader, "-Infinity", "must be a finite number");
    refused(reader, "", "must be a number");
  }

  @Test
  void numberAboveUpTo() {
    Key.Reader<Double> reader = Readers.numberAboveUpTo(0, 1);
    assertThat(reader.read("1e-8")).isEqualTo(1e-8);
    assertThat(reader.read("1")).isEqualTo(1);
    refused(reader, "0", "must be greater than 0 and at most 1");
    refused(reader, "1.1", "must be greater than 0 and at most 1");
    refused(reader, "NaN", "must be a finite number");
  }

  @Test
  void fractionIncludesItsLowerBoundOnly() {
    Key.Reader<Double> reader = Readers.fraction(0, 1);
    assertThat(reader.read("0")).isZero();
    assertThat(reader.read("0.999")).isEqualTo(0.999);
    refused(reader, "1", "must be at least 0 and below 1");
    refused(reader, "-0.001", "must be at least 0 and below 1");
    refused(reader, "NaN", "must be a finite number");
    refused(reader, "10%", "must be a number");
  }

  @Test
  void betweenIncludesBothBounds() {
    Key.Reader<Double> reader = Readers.between(0, 1);
    assertThat(reader.read("0")).isZero();
    assertThat(reader.read("1")).isEqualTo(1);
    refused(reader, "1.0001", "must be between 0 and 1");
    refused(reader, "-1", "must be between 0 and 1");
    refused(reader, "NaN", "must be a finite number");
  }

  @Test
  void wordsAreConstantsInSmallLettersWithDashes() {
    Key.Reader<Words> reader = Readers.word(Words.class);
    assertThat(reader.read("one")).isEqualTo(Words.ONE);
    assertThat(reader.read("two-words")).isEqualTo(Words.TWO_WORDS);
    refused(reader, "One", "must be one of one, two-words, third");
    refused(reader, "two_words", "must be one of one, two-words, third");
    refused(reader, "", "must be one of one, two-words, third");
  }

  @Test
  void wordsAreTheSameInATurkishLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(Readers.word(Words.class).read("third")).isEqualTo(Words.THIRD);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void everyWordOfARealKeyIsRead() {
    for (Optimizer.Kind kind : Optimizer.Kind.values()) {
      assertThat(Keys.TRAIN_OPTIMIZER.reader().read(kind.key())).isEqualTo(kind);
    }
    for (Fit fit : Fit.values()) {
      assertThat(PrepareKeys.FIT.reader().read(fit.key())).isEqualTo(fit);
    }
  }

  @Test
  void textIsTakenAsItIs() {
    assertThat(Readers.text().read("28x28")).isEqualTo("28x28");
  }
}
