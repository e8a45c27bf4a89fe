package dev.convoy.data.source;

import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.gzip;
import static dev.convoy.data.TestImages.png;
import static dev.convoy.data.TestImages.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.Problems;
import dev.convoy.data.TestSpark;
import dev.convoy.data.TestTar;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Archives that are cut off, damaged or hostile. What comes before the damage is read. */
@Tag("slow")
class ArchiveDamageTest {
  private static final Storage STORAGE = TestSpark.storage();
  private static final byte[] IMAGE = png(grey(20, new Random(1).ints(400, 0, 256).toArray()));

  @TempDir Path directory;

  /** How the archive is compressed. */
  enum Packing {
    PLAIN,
    GZIP,
    ZSTD;

    byte[] pack(byte[] bytes) {
      return switch (this) {
        case PLAIN -> bytes;
        case GZIP -> gzip(bytes);
        case ZSTD -> TestTar.zstd(bytes);
      };
    }
  }

  private static byte[] pets(int count) {
    TestTar tar = new TestTar();
    for (int i = 0; i < count; i++) {
      tar.file((i % 2 == 0 ? "cat/" : "dog/") + i + ".png", IMAGE);
    }
    return tar.bytes();
  }

  /** Ids and faults of all images, which are as many as the source has counted. */
  private List<String> read(byte[] archive, ImageLimits limits) {
    put(directory, "x.tar", archive);
    ArchiveFile file =
        new ArchiveFile("x.tar", directory.resolve("x.tar").toString(), archive.length);
    ArchiveContents contents = ArchiveContents.of(STORAGE, file);
    ArchiveSlice slice = new ArchiveSlice(file, ArchiveLayout.UNLABELLED, GivenSplit.NONE);
    List<String> whole = new ArrayList<>();
    List<String> headers = new ArrayList<>();
    try (RawImages images = slice.open(STORAGE, limits)) {
      images.forEachRemaining(image -> whole.add(told(image)));
    }
    try (RawImages images = slice.openHeaders(STORAGE, limits)) {
      images.forEachRemaining(image -> headers.add(told(image)));
    }
    assertThat(headers).isEqualTo(whole);
    assertThat(contents.all(ArchiveLayout.Kind.NONE)).isEqualTo(whole.size());
    return whole;
  }

  private static String told(RawImage image) {
    return image.fault().isEmpty() ? image.id() : image.id() + ": " + image.fault();
  }

  @ParameterizedTest
  @EnumSource
  void anArchiveThatIsCutAnywhereGivesWhatCameBefore(Packing packing) {
    byte[] whole = pets(3);
    List<String> all = read(packing.pack(whole), ImageLimits.DEFAULT);
    assertThat(all).containsExactly("x.tar/cat/0.png", "x.tar/dog/1.png", "x.tar/cat/2.png");
    byte[] packed = packing.pack(whole);
    int complete = 0;
    for (int length = 0; length < packed.length; length++) {
      List<String> read = read(Arrays.copyOf(packed, length), ImageLimits.DEFAULT);
      if (packing == Packing.PLAIN && length > whole.length - 1024) {
        // The first record of zeros has begun. Where all of it is there, the archive is whole.
        complete += read.equals(all) ? 1 : 0;
        continue;
      }
      assertThat(read).as("cut to %d", length).isNotEmpty();
      String last = read.get(read.size() - 1);
      assertThat(last).startsWith("x.tar: it ").contains("(copy the archive again)");
      if (length > 20) {
        assertThat(last).containsAnyOf("it ends early", "the mark of its end is missing");
      }
      int good = read.size() - 1;
      assertThat(read.subList(0, good)).isEqualTo(all.subList(0, good));
    }
    assertThat(complete).isEqualTo(packing == Packing.PLAIN ? 512 : 0);
  }

  @ParameterizedTest
  @EnumSource
  void anyChangedByteGivesImagesOrAReason(Packing packing) {
    byte[] packed = packing.pack(pets(3));
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      byte[] changed = packed.clone();
      int at = random.nextInt(changed.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      List<String> read = read(changed, ImageLimits.DEFAULT);
      boolean told = read.stream().anyMatch(image -> image.contains(": it "));
      // In a plain archive a changed byte of an image or a name is not seen by the archive.
      assertThat(packing == Packing.PLAIN || told || read.size() == 3)
          .as("byte %d: %s", at, read)
          .isTrue();
    }
  }

  @Test
  void thePlaceAndTheReasonAreTold() {
    byte[] whole = pets(3);
    assertThat(read(Arrays.copyOf(whole, 2000), ImageLimits.DEFAULT))
        .containsExactly(
            "x.tar/cat/0.png",
            "x.tar: it is damaged in entry 2, dog/1.png, or behind it, at byte 2000 of"
                + " its content: it ends early (copy the archive again)");
    byte[] noEnd = new TestTar().file("cat/1.png", IMAGE).open();
    assertThat(read(noEnd, ImageLimits.DEFAULT).get(1))
        .endsWith("the mark of its end is missing, so it may be cut off (copy the archive again)");
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(whole);
    joined.writeBytes(whole);
    assertThat(read(joined.toByteArray(), ImageLimits.DEFAULT))
        .hasSize(4)
        .last()
        .asString()
        .endsWith(
            "it goes on after the mark of its end, as if archives were joined (unpack and pack"
                + " them again)");
    byte[] changed = whole.clone();
    changed[1024 + 5]++;
    assertThat(read(changed, ImageLimits.DEFAULT))
        .containsExactly(
            "x.tar/cat/0.png",
            "x.tar: it is damaged in entry 1, cat/0.png, or behind it, at byte 1536 of"
                + " its content: the check sum of a header is wrong (copy the archive again)");
    assertThat(read("<html>not found</html>".getBytes(StandardCharsets.UTF_8), ImageLimits.DEFAULT))
        .singleElement()
        .asString()
        .contains("at byte 22 of its content: it ends early");
    assertThat(read(new byte[0], ImageLimits.DEFAULT))
        .singleElement()
        .asString()
        .contains("nothing");
  }

  @Test
  void anImageAboveTheLimitIsNotReadAndThoseAfterItAre() throws BadImageException {
    byte[] archive =
        new TestTar()
            .file("cat/1.png", new byte[300_000])
            .file("cat/2.png", IMAGE)
            .file("cat/3", Arrays.copyOf(IMAGE, 300_000))
            .bytes();
    ImageLimits limits = new ImageLimits(100_000, 64_000_000);
    assertThat(read(archive, limits)).hasSize(3);
    ArchiveFile file =
        new ArchiveFile("x.tar", directory.resolve("x.tar").toString(), archive.length);
    ArchiveSlice slice = new ArchiveSlice(file, ArchiveLayout.UNLABELLED, GivenSplit.NONE);
    ImageFitter fitter = new ImageFitter(new dev.convoy.data.ImageShape(2, 2, 1), Fit.PAD, limits);
    try (RawImages images = slice.open(STORAGE, limits)) {
      StoredImage first = images.next().image();
      assertThat(first.bytes()).hasSizeLessThan(100_000);
      assertThat(reason(first, fitter))
          .isEqualTo("the file has more bytes than the limit of 100000");
      assertThat(images.next().image().fitted(fitter).pixels()).hasSize(4);
      assertThat(reason(images.next().image(), fitter))
          .isEqualTo("the file has more bytes than the limit of 100000");
    }
  }

  private static String reason(StoredImage image, ImageFitter fitter) {
    try {
      image.fitted(fitter);
      return "";
    } catch (BadImageException e) {
      return e.getMessage();
    }
  }

  /**
   * A quarter of a gigabyte of zeros, of which neither the data nor the name may be kept in memory.
   */
  @Test
  void bombsAreSkippedOrRefusedWithinTheMemoryOfTheLimit() throws IOException {
    long size = 1L << 28;
    for (char type : new char[] {'0', 'L', 'x'}) {
      TestTar head = new TestTar();
      byte[] start = new byte[512];
      byte[] record = (size + " path=").getBytes(StandardCharsets.UTF_8);
      System.arraycopy(record, 0, start, 0, record.length);
      head.entry("cat/1.png".getBytes(StandardCharsets.UTF_8), type, size, "", start);
      byte[] rest = new TestTar().file("cat/2.png", IMAGE).bytes();
      Path file = directory.resolve("bomb.tar");
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(head.open());
        byte[] zeros = new byte[1 << 20];
        for (long at = 0; at < size - zeros.length; at += zeros.length) {
          out.write(zeros);
        }
        out.write(zeros, 0, zeros.length - start.length);
        out.write(rest);
      }
      Problems problems = new Problems();
      ImageSource source =
          ImageSource.open(
              new InputListing(STORAGE, file.toString()), Optional.empty(), List.of(), problems);
      if (type == '0') {
        assertThat(problems.faults()).isEmpty();
        assertThat(source.images()).isEqualTo(2);
      } else {
        assertThat(problems.faults())
            .singleElement()
            .asString()
            .startsWith(
                "the archive holds no image file; bomb.tar: it is damaged before its first entry")
            .contains("its headers are too long");
      }
    }
  }
}
