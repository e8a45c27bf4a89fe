package dev.convoy.data.image;

import static dev.convoy.data.TestImages.encode;
import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class BadImageTest {
  private static final ImageFitter FITTER = new ImageFitter(new ImageShape(4, 4, 1), Fit.PAD);
  private static final byte[] PNG = png(grey(8, new Random(1).ints(64, 0, 256).toArray()));
  private static final byte[] JPEG =
      encode(grey(8, new Random(1).ints(64, 0, 256).toArray()), "jpg");

  private static void assertBad(byte[] encoded, String reason) {
    assertThatThrownBy(() -> FITTER.toPixels(encoded))
        .isInstanceOf(BadImageException.class)
        .hasMessageContaining(reason);
  }

  /** A PNG file of one header and one data chunk. */
  private static byte[] pngOf(int width, int height, int depth, int colours, byte[] pixels) {
    Deflater deflater = new Deflater();
    deflater.setInput(pixels);
    deflater.finish();
    byte[] data = new byte[pixels.length + 100];
    int length = deflater.deflate(data);
    deflater.end();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(PNG, 0, 8);
    byte[] header =
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) depth)
            .put((byte) colours)
            .array();
    chunk(out, "IHDR", header);
    chunk(out, "IDAT", Arrays.copyOf(data, length));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(StandardCharsets.UTF_8));
    crc.update(content);
    out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    out.writeBytes(type.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(content);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  @Test
  void otherFilesAreNoImages() {
    assertBad(new byte[0], "the file is empty");
    assertBad(
        "GIF8, and so on".getBytes(StandardCharsets.UTF_8),
        "not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image");
    assertBad(new byte[] {(byte) 0xff}, "not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image");
  }

  @Test
  void bombIsRefusedByItsHeader() {
    assertBad(pngOf(60_000, 60_000, 8, 2, new byte[10]), "60000×60000 pixels are more than");
    assertBad(pngOf(8_000, 9_000, 8, 0, new byte[10]), "9000×8000 pixels are more than the limit");
    assertBad(pngOf(1_000_000, 1, 16, 6, new byte[10]), "a side is longer than the limit of 65535");
    assertBad(pngOf(0, 5, 8, 0, new byte[10]), "a size of 5×0 pixels");
    assertBad(pngOf(-1, 5, 8, 0, new byte[10]), "a side of 4294967295");
    byte[] jpeg = JPEG.clone();
    int frame = indexOf(jpeg, 0xff, 0xc0);
    Arrays.fill(jpeg, frame + 5, frame + 9, (byte) 0xff);
    assertBad(jpeg, "65535×65535 pixels are more than the limit of 64000000");
  }

  @Test
  void fileOfTooManyBytesIsRefused() {
    ImageFitter strict =
        new ImageFitter(new ImageShape(4, 4, 1), Fit.PAD, new ImageLimits(10, 1000));
    assertThatThrownBy(() -> strict.toPixels(PNG))
        .isInstanceOf(BadImageException.class)
        .hasMessage("the file has more bytes than the limit of 10");
  }

  @Test
  void everyTruncationOfAPngIsRefused() {
    for (int length = 0; length < PNG.length; length++) {
      byte[] part = Arrays.copyOf(PNG, length);
      assertThatThrownBy(() -> FITTER.toPixels(part)).isInstanceOf(BadImageException.class);
    }
    assertBad(Arrays.copyOf(PNG, PNG.length - 20), "truncated");
  }

  @Test
  void aJpegIsReadWithoutItsEndIfAllScanLinesAreThere() throws BadImageException {
    byte[] pixels = FITTER.toPixels(JPEG);
    assertThat(FITTER.toPixels(Arrays.copyOf(JPEG, JPEG.length - 2))).isEqualTo(pixels);
    for (int length = 0; length < JPEG.length - 4; length++) {
      byte[] part = Arrays.copyOf(JPEG, length);
      assertThatThrownBy(() -> FITTER.toPixels(part)).isInstanceOf(BadImageException.class);
    }
    assertBad(Arrays.copyOf(JPEG, JPEG.length - 10), "truncated");
  }

  @Test
  void pixelsThatEndEarlyAreDamage() {
    assertBad(pngOf(100, 100, 8, 0, new byte[50]), "damaged");
  }

  @Test
  void unknownColoursAndPalettesAreDamage() {
    assertBad(pngOf(4, 4, 8, 5, new byte[50]), "unknown PNG colour type 5");
    assertBad(pngOf(4, 4, 3, 0, new byte[50]), "damaged");
    assertBad(pngOf(4, 4, 8, 3, new byte[50]), "damaged");
  }

  @Test
  void forgedChunkLengthIsRefused() {
    byte[] forged = PNG.clone();
    ByteBuffer.wrap(forged).putInt(33, Integer.MAX_VALUE);
    assertBad(forged, "a PNG chunk is longer than the rest of the file");
  }

  @Test
  void jpegOfManyScansIsRefused() {
    int scan = indexOf(JPEG, 0xff, 0xda);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(JPEG, 0, scan);
    for (int i = 0; i <= JpegStructure.MAX_SCANS; i++) {
      out.write(JPEG, scan, JPEG.length - 2 - scan);
    }
    out.write(JPEG, JPEG.length - 2, 2);
    assertBad(out.toByteArray(), "more than 100 JPEG scans");
  }

  @Test
  void losslessAndTwelveBitJpegAreRefused() {
    byte[] lossless = JPEG.clone();
    lossless[indexOf(JPEG, 0xff, 0xc0) + 1] = (byte) 0xc3;
    assertBad(lossless, "a lossless, hierarchical or arithmetic-coded JPEG image");
    byte[] twelve = JPEG.clone();
    twelve[indexOf(JPEG, 0xff, 0xc0) + 4] = 12;
    assertBad(twelve, "a JPEG image of 12 bits");
  }

  @Test
  void randomDamageNeverEscapesAsAnotherException() {
    Random random = new Random(42);
    int bad = 0;
    for (byte[] whole : new byte[][] {PNG, JPEG}) {
      for (int i = 0; i < 1500; i++) {
        byte[] damaged = whole.clone();
        for (int hit = 0; hit <= i % 4; hit++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        try {
          assertThat(FITTER.toPixels(damaged)).hasSize(16);
        } catch (BadImageException e) {
          assertThat(e.getMessage()).isNotBlank();
          bad++;
        }
      }
    }
    assertThat(bad).isPositive();
  }

  private static int indexOf(byte[] bytes, int first, int second) {
    for (int i = 0; i + 1 < bytes.length; i++) {
      if ((bytes[i] & 0xff) == first && (bytes[i + 1] & 0xff) == second) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }
}
