package dev.convoy.data.image;

import static dev.convoy.data.TestImages.grey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.plugins.tiff.TIFFTag;
import javax.imageio.plugins.tiff.TIFFTagSet;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;

/** EXIF in PNG files. The JDK's writers of TIFF and PNG write it. */
class ExifTest {
  private static final int ROWS = 3;
  private static final int COLUMNS = 5;

  private final BufferedImage image =
      grey(COLUMNS, new Random(7).ints(ROWS * COLUMNS, 0, 256).toArray());

  @Test
  void orientationOfAPngIsThatOfItsExifChunk() throws IOException, BadImageException {
    byte[] stored = pixels(png(new byte[0]), ROWS, COLUMNS);
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      for (int number = 1; number <= 8; number++) {
        byte[] png = png(tiff(number, order));
        boolean lying = number >= 5;
        int height = lying ? COLUMNS : ROWS;
        int width = lying ? ROWS : COLUMNS;
        assertThat(ImageFitter.naturalShape(png, ImageLimits.DEFAULT))
            .isEqualTo(new ImageShape(height, width, 1));
        assertThat(pixels(png, height, width))
            .as("orientation %d, %s", number, order)
            .isEqualTo(Orientation.ofExif(number).turn(stored, 0, ROWS, COLUMNS));
      }
    }
  }

  @Test
  void damagedExifIsUpright() throws IOException, BadImageException {
    byte[] tiff = tiff(6, ByteOrder.BIG_ENDIAN);
    for (int length = 0; length < 8; length++) {
      byte[] png = png(Arrays.copyOf(tiff, length));
      assertThat(ImageFitter.naturalShape(png, ImageLimits.DEFAULT))
          .isEqualTo(new ImageShape(ROWS, COLUMNS, 1));
    }
    byte[] far = tiff.clone();
    far[4] = (byte) 0xff;
    assertThat(ImageFitter.naturalShape(png(far), ImageLimits.DEFAULT))
        .isEqualTo(new ImageShape(ROWS, COLUMNS, 1));
  }

  private static byte[] pixels(byte[] png, int height, int width) throws BadImageException {
    return new ImageFitter(new ImageShape(height, width, 1), Fit.PAD).toPixels(png);
  }

  /** A TIFF file whose directory has the orientation. */
  private byte[] tiff(int orientation, ByteOrder order) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      IIOMetadataNode byteOrder = new IIOMetadataNode("ByteOrder");
      byteOrder.setAttribute("value", order.toString());
      IIOMetadataNode root = new IIOMetadataNode("javax_imageio_tiff_stream_1.0");
      root.appendChild(byteOrder);
      IIOMetadata stream = writer.getDefaultStreamMetadata(null);
      stream.setFromTree("javax_imageio_tiff_stream_1.0", root);
      writer.setOutput(out);
      TIFFTagSet[] tags = {BaselineTIFFTagSet.getInstance()};
      TIFFDirectory directory = new TIFFDirectory(tags, null);
      TIFFTag tag = BaselineTIFFTagSet.getInstance().getTag(BaselineTIFFTagSet.TAG_ORIENTATION);
      directory.addTIFFField(
          new TIFFField(tag, TIFFTag.TIFF_SHORT, 1, new char[] {(char) orientation}));
      writer.write(
          stream,
          new IIOImage(image, null, directory.getAsMetadata()),
          writer.getDefaultWriteParam());
    } finally {
      writer.dispose();
    }
    byte[] tiff = bytes.toByteArray();
    assertThat(tiff[0]).isEqualTo((byte) (order == ByteOrder.BIG_ENDIAN ? 'M' : 'I'));
    return tiff;
  }

  /** The image with a chunk {@code eXIf}, unless it would be empty. */
  private byte[] png(byte[] exif) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
      if (exif.length > 0) {
        IIOMetadataNode chunk = new IIOMetadataNode("UnknownChunk");
        chunk.setAttribute("type", "eXIf");
        chunk.setUserObject(exif);
        IIOMetadataNode chunks = new IIOMetadataNode("UnknownChunks");
        chunks.appendChild(chunk);
        IIOMetadataNode root = new IIOMetadataNode("javax_imageio_png_1.0");
        root.appendChild(chunks);
        metadata.mergeTree("javax_imageio_png_1.0", root);
      }
      writer.write(new IIOImage(image, null, metadata));
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
