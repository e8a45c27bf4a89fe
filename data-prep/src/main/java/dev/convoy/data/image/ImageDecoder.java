package dev.convoy.data.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.convoy.data.image.ImageHeader.Inks;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.SinglePixelPackedSampleModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes the pixels of a file whose header has been checked.
 *
 * <p>PNG files are decoded row by row, if they are not interlaced. Of other rasters of more than
 * {@value #MAX_RASTER} bytes, only every second (third, …) row and column is read, so no image
 * needs more memory than that. Nothing is cached on disk.
 */
final class ImageDecoder {
  static final long MAX_RASTER = 128L << 20;

  /** Rows in memory of an image that is decoded row by row: two lines, and two converted rows. */
  private static final long ROWS_HELD = 4;

  private ImageDecoder() {}

  /** Decoded pixels, and the first complaint of the decoder about the file; empty for none. */
  record Decoded(PixelRows rows, String warning) {}

  static Decoded decode(byte[] encoded, ImageHeader header, Background background)
      throws BadImageException {
    try {
      return switch (header.format()) {
        case PNG -> png(encoded, header, background);
        case JPEG -> jpeg(encoded, header, background);
        case BMP -> read(jdkReader("bmp"), encoded, header, background);
        case TIFF -> tiff(encoded, header, background);
        case WEBP -> webp(encoded, header, background);
        case GIF ->
            new Decoded(straight(GifStructure.read(encoded).rows(step(header)), background), "");
        case PNM -> new Decoded(PnmStructure.read(encoded).rows(), "");
      };
    } catch (IOException | RuntimeException e) {
      // ImageIO's readers throw unchecked exceptions for some damaged files.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new BadImageException("damaged: " + reason.lines().findFirst().orElse(""), e);
    }
  }

  /** Rows that are not interlaced are decoded one by one, which needs no memory for the image. */
  private static Decoded png(byte[] encoded, ImageHeader header, Background background)
      throws IOException, BadImageException {
    if (PngStructure.isInterlaced(encoded)) {
      return read(jdkReader("png"), encoded, header, background);
    }
    PngRows rows = PngRows.of(encoded, header);
    return new Decoded(rows.hasAlpha() ? straight(rows, background) : rows, rows.warning());
  }

  /** Upper bound of the memory for decoded pixels, in bytes. */
  static long heldBytes(byte[] encoded, ImageHeader header) {
    boolean byRows = header.format() == ImageFormat.PNG && !PngStructure.isInterlaced(encoded);
    return byRows ? ROWS_HELD * header.width() * header.bytesPerPixel() : header.decodedBytes();
  }

  private static Decoded jpeg(byte[] encoded, ImageHeader header, Background background)
      throws IOException, BadImageException {
    JpegStructure structure = JpegStructure.read(encoded);
    structure.requireFilled();
    Decoded decoded =
        read(Readers.JPEG.createReaderInstance(), structure.essential(), header, background);
    if (!structure.isClosed() && !decoded.warning.isEmpty()) {
      throw new BadImageException("truncated: the end of the JPEG file is missing");
    }
    return decoded;
  }

  private static Decoded tiff(byte[] encoded, ImageHeader header, Background background)
      throws IOException, BadImageException {
    TiffStructure structure = TiffStructure.read(encoded);
    ImageReader reader = jdkReader("tiff");
    Complaints complaints = new Complaints(reader);
    try (ImageInputStream in = stream(structure.essential())) {
      start(reader, in, header.height(), header.width());
      BufferedImage image = reader.read(0, subsampled(reader, header));
      Raster raster = image.getRaster();
      int seen = structure.colours() + (structure.hasAlpha() ? 1 : 0);
      if (raster.getNumBands() > seen) {
        int[] colours = new int[seen];
        java.util.Arrays.setAll(colours, band -> band);
        raster = raster.createChild(0, 0, raster.getWidth(), raster.getHeight(), 0, 0, colours);
      }
      RasterRows rows =
          header.inks() == Inks.NONE
              ? new RasterRows(raster, image.getColorModel())
              : new RasterRows(raster, header.inks());
      return new Decoded(
          rows.hasAlpha() ? DrawnRows.of(rows, structure.alpha(), background) : rows,
          complaints.first());
    } finally {
      reader.dispose();
    }
  }

  private static Decoded webp(byte[] encoded, ImageHeader header, Background background)
      throws IOException, BadImageException {
    WebpStructure structure = WebpStructure.read(encoded);
    structure.requireFitting();
    ImageReader reader = Readers.WEBP.createReaderInstance();
    Complaints complaints = new Complaints(reader);
    int step = step(header);
    try (ImageInputStream in = new EndedStream(structure.essential())) {
      start(reader, in, structure.frameHeight(), structure.frameWidth());
      BufferedImage image = reader.read(0, subsampled(reader, header));
      RasterRows rows = new RasterRows(image.getRaster(), image.getColorModel());
      ArgbRows placed =
          CanvasRows.of(
              rows,
              structure.top() / step,
              structure.left() / step,
              (header.height() + step - 1) / step,
              (header.width() + step - 1) / step);
      return new Decoded(
          placed == rows && !rows.hasAlpha() ? rows : straight(placed, background),
          complaints.first());
    } finally {
      reader.dispose();
    }
  }

  private static Decoded read(
      ImageReader reader, byte[] bytes, ImageHeader header, Background background)
      throws IOException, BadImageException {
    Complaints complaints = new Complaints(reader);
    try (ImageInputStream in = stream(bytes)) {
      start(reader, in, header.height(), header.width());
      ImageReadParam param = subsampled(reader, header);
      if (header.inks() != Inks.NONE) {
        Raster raster = reader.readRaster(0, param);
        return new Decoded(new RasterRows(raster, header.inks()), complaints.first());
      }
      BufferedImage image = reader.read(0, param);
      if (image.getSampleModel() instanceof SinglePixelPackedSampleModel) {
        return new Decoded(straight(new PackedRows(image), background), complaints.first());
      }
      RasterRows raster = new RasterRows(image.getRaster(), image.getColorModel());
      PixelRows rows = raster.hasAlpha() ? straight(raster, background) : raster;
      return new Decoded(rows, complaints.first());
    } finally {
      reader.dispose();
    }
  }

  private static PixelRows straight(ArgbRows rows, Background background) throws BadImageException {
    return DrawnRows.of(rows, DrawnRows.Alpha.STRAIGHT, background);
  }

  private static ImageInputStream stream(byte[] bytes) {
    return new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
  }

  private static void start(ImageReader reader, ImageInputStream in, int height, int width)
      throws IOException, BadImageException {
    reader.setInput(in, true, true);
    if (reader.getHeight(0) != height || reader.getWidth(0) != width) {
      throw new BadImageException("damaged: two different sizes in one file");
    }
  }

  private static ImageReadParam subsampled(ImageReader reader, ImageHeader header) {
    ImageReadParam param = reader.getDefaultReadParam();
    int step = step(header);
    param.setSourceSubsampling(step, step, 0, 0);
    return param;
  }

  /** Returns the subsampling step: 1 reads every row and column, 2 every second one. */
  static int step(ImageHeader header) {
    int step = 1;
    while (header.decodedBytes() / step / step > MAX_RASTER) {
      step++;
    }
    return step;
  }

  private static ImageReader jdkReader(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
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

  /** The first warning of a reader. */
  private static final class Complaints {
    private String first = "";

    Complaints(ImageReader reader) {
      reader.addIIOReadWarningListener((source, warning) -> add(warning));
    }

    private void add(String warning) {
      first = first.isEmpty() ? warning : first;
    }

    String first() {
      return first;
    }
  }

  /**
   * The readers that are created from their classes. The order in which ImageIO lists several
   * registered readers depends on the class loader that used ImageIO first.
   */
  private static final class Readers {
    static final ImageReaderSpi JPEG = provider(new JPEGImageReaderSpi());
    static final ImageReaderSpi WEBP = provider(new WebPImageReaderSpi());

    private static ImageReaderSpi provider(ImageReaderSpi provider) {
      IIORegistry registry = IIORegistry.getDefaultInstance();
      ImageReaderSpi registered = registry.getServiceProviderByClass(provider.getClass());
      if (registered != null) {
        return registered;
      }
      registry.registerServiceProvider(provider);
      return provider;
    }
  }
}
