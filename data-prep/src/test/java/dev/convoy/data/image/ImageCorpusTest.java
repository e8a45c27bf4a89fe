package dev.convoy.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.image.corpus.Case;
import dev.convoy.data.image.corpus.ImageCorpus;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The outcome of every file of the corpus. */
@Tag("slow")
class ImageCorpusTest {
  private static final List<Case> CASES = ImageCorpus.all();

  static Stream<Case> good() {
    return CASES.stream().filter(file -> file.reason().isEmpty());
  }

  static Stream<Case> bad() {
    return CASES.stream().filter(file -> !file.reason().isEmpty());
  }

  @Test
  void itHasManyFilesOfDifferentNames() {
    assertThat(CASES).hasSizeGreaterThanOrEqualTo(120);
    assertThat(CASES).extracting(Case::name).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("good")
  void goodFilesHaveTheirPixels(Case file) throws BadImageException {
    ImageShape shape = ImageFitter.naturalShape(file.file(), ImageLimits.DEFAULT);
    assertThat(shape).isEqualTo(new ImageShape(file.height(), file.width(), file.grey() ? 1 : 3));
    FittedImage fitted = fit(file.file(), file.height(), file.width(), 3);
    assertThat(fitted.warning()).isEmpty();
    assertThat(fitted.origin()).isEqualTo(FittedImage.Origin.OWN_SIZE);
    int plane = shape.plane();
    int tolerance = tolerance(file);
    byte[] grey = fit(file.file(), file.height(), file.width(), 1).pixels();
    for (int i = 0; i < plane; i++) {
      int red = fitted.pixels()[i] & 0xff;
      int green = fitted.pixels()[plane + i] & 0xff;
      int blue = fitted.pixels()[2 * plane + i] & 0xff;
      if (file.name().startsWith("jpeg/") && isAtEdge(i / file.width(), i % file.width())) {
        continue;
      }
      int expected = file.rgb()[i];
      String place = file + ", pixel " + i / file.width() + ", " + i % file.width();
      assertThat(Math.abs(red - (expected >> 16 & 0xff))).as(place).isLessThanOrEqualTo(tolerance);
      assertThat(Math.abs(green - (expected >> 8 & 0xff))).as(place).isLessThanOrEqualTo(tolerance);
      assertThat(Math.abs(blue - (expected & 0xff))).as(place).isLessThanOrEqualTo(tolerance);
      double luma = 0.299 * red + 0.587 * green + 0.114 * blue;
      assertThat(Math.abs((grey[i] & 0xff) - luma)).as(place).isLessThanOrEqualTo(0.501);
    }
  }

  /** JPEG rounds colours, and our reader of lossy WebP enlarges them otherwise than libwebp. */
  private static int tolerance(Case file) {
    return file.name().startsWith("jpeg/") ? 3 : file.name().startsWith("webp/lossy") ? 32 : 0;
  }

  /** Where blocks of 16×16 pixels meet, JPEG mixes their colours. */
  private static boolean isAtEdge(int y, int x) {
    return y % 16 == 0 || y % 16 == 15 || x % 16 == 0 || x % 16 == 15;
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badFilesAreRefusedWithTheReason(Case file) {
    assertThatThrownBy(() -> fit(file.file(), 4, 4, 3))
        .isInstanceOf(BadImageException.class)
        .hasMessageStartingWith(file.reason());
  }

  /** What the start of a file tells is what the whole file tells, or nothing. */
  @ParameterizedTest
  @MethodSource("good")
  void theStartOfAFileTellsItsChannelsAndStoredSize(Case file) throws BadImageException {
    int told = 0;
    for (int length = 0; length <= file.file().length; length++) {
      byte[] start = Arrays.copyOf(file.file(), length);
      if (length < Math.min(ImageFormat.SIGNATURE_BYTES, file.file().length)
          || !ImageHeader.isKnown(start)) {
        continue;
      }
      ImageShape shape =
          ImageHeader.readStart(start, file.file().length, ImageLimits.DEFAULT).shape();
      assertThat(shape.channels()).isEqualTo(file.grey() ? 1 : 3);
      assertThat(shape.plane()).isEqualTo(file.height() * file.width());
      told++;
    }
    assertThat(told > 0).isEqualTo(!file.name().startsWith("tiff/"));
  }

  /** A part of a file is refused, complained about, or has the same pixels: no grey in between. */
  @ParameterizedTest
  @MethodSource("good")
  void aPartOfAFileIsNeverTakenForAnotherImage(Case file) throws BadImageException {
    byte[] whole = fit(file.file(), file.height(), file.width(), 3).pixels();
    for (int length = 0; length < file.file().length; length += file.file().length / 400 + 1) {
      try {
        FittedImage part = fit(Arrays.copyOf(file.file(), length), file.height(), file.width(), 3);
        // The last number of a text may have lost digits.
        boolean mayDiffer = file.name().contains("-text") && length > file.file().length - 4;
        if (part.warning().isEmpty() && !mayDiffer) {
          assertThat(part.pixels()).as("%s, %d bytes", file, length).isEqualTo(whole);
        }
      } catch (BadImageException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void damageIsNothingButABadImage(Case file) {
    Random random = new Random(file.name().hashCode());
    for (int i = 0; i < 60; i++) {
      byte[] damaged = file.file().clone();
      for (int hit = 0; hit <= i % 4; hit++) {
        damaged[random.nextInt(Math.min(damaged.length, 200))] = (byte) random.nextInt();
      }
      try {
        assertThat(fit(damaged, 4, 4, 3).pixels()).hasSize(48);
      } catch (BadImageException e) {
        assertThat(e.getMessage()).as("%s, %d", file, i).isNotBlank();
      }
    }
  }

  private static FittedImage fit(byte[] file, int height, int width, int channels)
      throws BadImageException {
    return new ImageFitter(new ImageShape(height, width, channels), Fit.PAD).fit(file);
  }
}
