package dev.convoy.data.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import dev.convoy.data.image.ImageHeader.Format;
import dev.convoy.data.image.ImageHeader.Inks;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes the pixels of a file whose header has been checked.
 *
 * <p>Of a raster of more than {@value #MAX_RASTER} bytes, only every second (third, …) row and
 * column is read, so no image needs more memory than that. Nothing is cached on disk.
 */
final class ImageDecoder {
  static final long MAX_RASTER = 128L << 20;

  private ImageDecoder() {}

  static PixelRows decode(byte[] encoded, ImageHeader header) throws BadImageException {
    boolean jpeg = header.format() == Format.JPEG;
    byte[] bytes = jpeg ? JpegStructure.read(encoded).essential() : encoded;
    try {
      ImageReader reader = jpeg ? jpegReader() : pngReader();
      try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
        reader.setInput(in, true, true);
        if (reader.getHeight(0) != header.height() || reader.getWidth(0) != header.width()) {
          throw new BadImageException("damaged: two different sizes in one file");
        }
        return read(reader, header);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // ImageIO's readers throw unchecked exceptions for some damaged files.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new BadImageException("damaged: " + reason.lines().findFirst().orElse(""), e);
    }
  }

  private static PixelRows read(ImageReader reader, ImageHeader header) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    int step = step(header);
    param.setSourceSubsampling(step, step, 0, 0);
    if (header.inks() != Inks.NONE) {
      return new RasterRows(reader.readRaster(0, param), header.inks());
    }
    BufferedImage image = reader.read(0, param);
    return new RasterRows(image.getRaster(), image.getColorModel());
  }

  /** Returns the subsampling step: 1 reads every row and column, 2 every second one. */
  static int step(ImageHeader header) {
    int step = 1;
    while (header.decodedBytes() / step / step > MAX_RASTER) {
      step++;
    }
    return step;
  }

  /**
   * Creates the JDK's JPEG reader from its class. The order in which ImageIO lists several
   * registered readers depends on the class loader that used ImageIO first.
   */
  private static ImageReader jpegReader() throws IOException {
    return JpegReaders.PROVIDER.createReaderInstance();
  }

  private static ImageReader pngReader() {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
    ImageReader first = readers.next();
    ImageReader chosen = first;
    while (!isJdk(chosen) && readers.hasNext()) {
      chosen = readers.next();
    }
    return isJdk(chosen) ? chosen : first;
  }

  private static boolean isJdk(ImageReader reader) {
    return reader.getClass().getName().startsWith("com.sun.imageio.");
  }

  private static final class JpegReaders {
    static final JPEGImageReaderSpi PROVIDER = provider();

    private static JPEGImageReaderSpi provider() {
      IIORegistry registry = IIORegistry.getDefaultInstance();
      JPEGImageReaderSpi registered = registry.getServiceProviderByClass(JPEGImageReaderSpi.class);
      if (registered != null) {
        return registered;
      }
      JPEGImageReaderSpi provider = new JPEGImageReaderSpi();
      registry.registerServiceProvider(provider);
      return provider;
    }
  }
}
