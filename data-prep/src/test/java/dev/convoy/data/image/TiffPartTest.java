package dev.convoy.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strips of TIFF files that end before their pixels do, written by the JDK. */
class TiffPartTest {
  private static final int WIDTH = 900;
  private static final int STRIP_BYTES = 279;

  /** An image of one strip: noise beside plain grey, so that codes of every width occur. */
  private static byte[] strip(String compression) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, 8, BufferedImage.TYPE_BYTE_GRAY);
    Random random = new Random(5);
    for (int x = 0; x < WIDTH; x++) {
      for (int y = 0; y < 8; y++) {
        image.getRaster().setSample(x, y, 0, x < WIDTH - 100 ? random.nextInt(256) : 7);
      }
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    param.setCompressionType(compression);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    }
    return bytes.toByteArray();
  }

  /** Returns the file with a strip that is shorter by some bytes; its data stays where it is. */
  private static byte[] shortened(byte[] file, int by) {
    ByteBuffer bytes = ByteBuffer.wrap(file.clone());
    int directory = bytes.getInt(4);
    for (int i = 0; i < bytes.getShort(directory); i++) {
      int at = directory + 2 + 12 * i;
      if (bytes.getShort(at) == STRIP_BYTES) {
        assertThat(bytes.getInt(at + 4)).as("strips").isEqualTo(1);
        bytes.putInt(at + 8, bytes.getInt(at + 8) - by);
      }
    }
    return bytes.array();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LZW", "Deflate", "ZLib", "PackBits"})
  void aStripThatEndsEarlyIsRefusedAndAWholeOneIsNot(String compression)
      throws IOException, BadImageException {
    byte[] whole = strip(compression);
    assertThat(whole).startsWith('M', 'M');
    ImageFitter fitter = new ImageFitter(new ImageShape(8, WIDTH, 1), Fit.PAD);
    assertThat(fitter.toPixels(whole)).endsWith(7, 7, 7);
    for (int by : new int[] {20, 500}) {
      assertThatThrownBy(() -> fitter.toPixels(shortened(whole, by)))
          .isInstanceOf(BadImageException.class)
          .hasMessage("truncated: pixels are missing");
    }
  }

  @Test
  void packedRunsAreCountedByHand() {
    byte[] runs = {2, 10, 20, 30, (byte) -128, (byte) -4, 9};
    TiffPart part = new TiffPart(runs, 0, runs.length);
    assertThat(part.unpacksTo(8, 32773)).isTrue();
    assertThat(part.unpacksTo(9, 32773)).isFalse();
  }
}
