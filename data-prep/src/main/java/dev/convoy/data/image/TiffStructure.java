package dev.convoy.data.image;

import dev.convoy.data.image.ImageHeader.Inks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The first directory of a TIFF file: its size, orientation and encoding, and the file with a
 * directory of only what the decoder needs.
 *
 * <p>Metadata, colour profiles, thumbnails and further pages are not seen by the decoder. Every
 * count and offset is checked against the file, and a strip or tile must fit into the memory of one
 * image, however large it says it is.
 */
final class TiffStructure {
  private static final int ENTRY = 12;
  private static final int MOST_ENTRIES = 4096;

  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES = 277;
  private static final int STRIP_ROWS = 278;
  private static final int STRIP_BYTES = 279;
  private static final int PLANAR = 284;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;
  private static final int FILL_ORDER = 266;
  private static final int EXTRA = 338;
  private static final int SAMPLE_FORMAT = 339;

  private static final Set<Integer> NEEDED =
      Set.of(
          WIDTH,
          HEIGHT,
          BITS,
          COMPRESSION,
          PHOTOMETRIC,
          FILL_ORDER,
          STRIP_OFFSETS,
          SAMPLES,
          STRIP_ROWS,
          STRIP_BYTES,
          PLANAR,
          292, // options of fax
          293,
          317, // predictor
          320, // palette
          TILE_WIDTH,
          TILE_HEIGHT,
          TILE_OFFSETS,
          TILE_BYTES,
          EXTRA,
          SAMPLE_FORMAT,
          347, // tables of JPEG
          529, // luma and chroma
          530,
          531,
          532);

  private static final int PLAIN = 1;
  private static final int JPEG = 7;

  /** Fax (2 to 4), LZW, JPEG, Deflate (twice) and PackBits. */
  private static final Set<Integer> COMPRESSIONS = Set.of(PLAIN, 2, 3, 4, 5, JPEG, 8, 32946, 32773);

  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int CMYK = 5;
  private static final int LUMA_CHROMA = 6;
  private static final int MULTIPLIED_ALPHA = 1;
  private static final int STRAIGHT_ALPHA = 2;

  private final byte[] file;
  private final ByteBuffer bytes;
  private final Map<Integer, Entry> entries = new TreeMap<>();

  /** An entry of the directory. */
  private record Entry(int tag, int type, long count, int at) {}

  private TiffStructure(byte[] file) {
    this.file = file;
    this.bytes =
        ByteBuffer.wrap(file)
            .order(file[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  static TiffStructure read(byte[] file) throws BadImageException {
    TiffStructure image = new TiffStructure(file);
    image.readDirectory();
    image.requireKind();
    image.requirePixels();
    return image;
  }

  private void readDirectory() throws BadImageException {
    if (file.length < 8) {
      throw new BadImageException("truncated: it ends within the header");
    }
    long directory = bytes.getInt(4) & 0xffffffffL;
    if (directory + 2 > file.length) {
      throw new BadImageException("truncated: the directory of the TIFF file is missing");
    }
    int count = bytes.getShort((int) directory) & 0xffff;
    if (count > MOST_ENTRIES || directory + 2 + (long) count * ENTRY > file.length) {
      throw new BadImageException("truncated: the directory of the TIFF file is missing");
    }
    for (int i = 0; i < count; i++) {
      int at = (int) directory + 2 + i * ENTRY;
      int tag = bytes.getShort(at) & 0xffff;
      if (NEEDED.contains(tag) || tag == ORIENTATION) {
        entries.putIfAbsent(tag, entry(tag, at));
      }
    }
    if (!entries.containsKey(WIDTH) || !entries.containsKey(HEIGHT)) {
      throw new BadImageException("damaged: the TIFF file holds no size");
    }
  }

  private Entry entry(int tag, int at) throws BadImageException {
    int type = bytes.getShort(at + 2) & 0xffff;
    long count = bytes.getInt(at + 4) & 0xffffffffL;
    long length = count * bytesOf(type);
    long valueAt = length <= 4 ? at + 8 : bytes.getInt(at + 8) & 0xffffffffL;
    if (count == 0 || bytesOf(type) == 0 || valueAt + length > file.length) {
      throw new BadImageException("damaged: entry " + tag + " of the TIFF file");
    }
    return new Entry(tag, type, count, (int) valueAt);
  }

  private static int bytesOf(int type) {
    return switch (type) {
      case 1, 2, 6, 7 -> 1;
      case 3, 8 -> 2;
      case 4, 9, 11 -> 4;
      case 5, 10, 12 -> 8;
      default -> 0;
    };
  }

  private long value(int tag, int index, long otherwise) {
    Entry entry = entries.get(tag);
    if (entry == null || index >= entry.count) {
      return otherwise;
    }
    int at = entry.at + index * bytesOf(entry.type);
    return switch (bytesOf(entry.type)) {
      case 1 -> file[at] & 0xff;
      case 2 -> bytes.getShort(at) & 0xffff;
      case 4 -> bytes.getInt(at) & 0xffffffffL;
      default -> otherwise;
    };
  }

  private int number(int tag, int otherwise) {
    return (int) Math.min(Integer.MAX_VALUE, value(tag, 0, otherwise));
  }

  private int samples() {
    return number(SAMPLES, 1);
  }

  private int bits() {
    return number(BITS, 1);
  }

  private int photometric() {
    return number(PHOTOMETRIC, -1);
  }

  private void requireKind() throws BadImageException {
    int compression = number(COMPRESSION, PLAIN);
    if (!COMPRESSIONS.contains(compression)) {
      throw new BadImageException("a TIFF image with the compression " + compression);
    }
    int format = number(SAMPLE_FORMAT, 1);
    if (format != 1) {
      throw new BadImageException("a TIFF image whose samples are not unsigned whole numbers");
    }
    for (int sample = 1; sample < samples() && sample < 8; sample++) {
      if (value(BITS, sample, bits()) != bits()) {
        throw new BadImageException("a TIFF image whose channels have different numbers of bits");
      }
    }
    boolean known =
        switch (photometric()) {
          case 0, 1 ->
              samples() <= 2 && (bits() == 1 || bits() == 4 || bits() == 8 || bits() == 16);
          case PALETTE -> samples() == 1 && (bits() == 1 || bits() == 4 || bits() == 8);
          case RGB -> (samples() == 3 || samples() == 4) && (bits() == 8 || bits() == 16);
          case CMYK -> samples() == 4 && bits() == 8;
          case LUMA_CHROMA -> samples() == 3 && bits() == 8;
          default -> false;
        };
    if (!known) {
      throw new BadImageException(
          "a TIFF image of the kind "
              + photometric()
              + " with "
              + samples()
              + " channels of "
              + bits()
              + " bits");
    }
  }

  private void requirePixels() throws BadImageException {
    long width = value(WIDTH, 0, 0);
    long height = value(HEIGHT, 0, 0);
    boolean tiled = entries.containsKey(TILE_WIDTH);
    long partWidth = tiled ? value(TILE_WIDTH, 0, 0) : width;
    long partHeight =
        tiled ? value(TILE_HEIGHT, 0, 0) : Math.min(height, value(STRIP_ROWS, 0, height));
    if (width < 1 || height < 1 || partWidth < 1 || partHeight < 1) {
      throw new BadImageException("damaged: a size of " + height + "×" + width + " pixels");
    }
    boolean planar = number(PLANAR, 1) == 2;
    long rowBytes = (partWidth * bits() * (planar ? 1 : samples()) + 7) / 8;
    if (partWidth > ImageLimits.MAX_SIDE
        || partHeight > ImageLimits.MAX_SIDE
        || rowBytes * partHeight > ImageDecoder.MAX_RASTER) {
      throw new BadImageException(
          "a TIFF image with a strip or tile of " + partHeight + "×" + partWidth + " pixels");
    }
    long parts = divided(width, partWidth) * divided(height, partHeight) * (planar ? samples() : 1);
    Entry offsets = entries.get(tiled ? TILE_OFFSETS : STRIP_OFFSETS);
    Entry lengths = entries.get(tiled ? TILE_BYTES : STRIP_BYTES);
    if (offsets == null || lengths == null || offsets.count < parts || lengths.count < parts) {
      throw new BadImageException("damaged: the TIFF file lacks some of its " + parts + " parts");
    }
    int compression = number(COMPRESSION, PLAIN);
    boolean measured = number(FILL_ORDER, 1) == 1;
    long down = divided(height, partHeight);
    for (int part = 0; part < parts; part++) {
      long length = value(lengths.tag, part, 0);
      boolean last = !tiled && part % down == down - 1;
      long rows = last ? height - (down - 1) * partHeight : partHeight;
      if (length == 0
          || value(offsets.tag, part, 0) + length > file.length
          || (compression == PLAIN && length < rows * rowBytes)
          || (measured && !part(offsets, part, length).unpacksTo(rows * rowBytes, compression))) {
        throw new BadImageException("truncated: pixels are missing");
      }
    }
  }

  private TiffPart part(Entry offsets, int part, long length) {
    return new TiffPart(file, (int) value(offsets.tag, part, 0), (int) length);
  }

  private static long divided(long all, long part) {
    return (all + part - 1) / part;
  }

  ImageHeader header() {
    int colours = samples();
    return new ImageHeader(
        ImageFormat.TIFF,
        number(HEIGHT, 0),
        number(WIDTH, 0),
        colours,
        colours * (bits() == 16 ? 2 : 1),
        photometric() <= 1,
        Orientation.ofExif(number(ORIENTATION, 1)),
        photometric() == CMYK ? Inks.CMYK : Inks.NONE);
  }

  /**
   * Returns whether the first sample beyond the colours is a transparency. Others mean nothing that
   * can be seen.
   */
  boolean hasAlpha() {
    return value(EXTRA, 0, 0) == STRAIGHT_ALPHA || value(EXTRA, 0, 0) == MULTIPLIED_ALPHA;
  }

  /** Returns whether the colours are multiplied with the transparency. */
  DrawnRows.Alpha alpha() {
    return value(EXTRA, 0, 0) == MULTIPLIED_ALPHA
        ? DrawnRows.Alpha.MULTIPLIED
        : DrawnRows.Alpha.STRAIGHT;
  }

  /** Returns the number of samples that are colours. */
  int colours() {
    return photometric() <= 1 || photometric() == PALETTE ? 1 : photometric() == CMYK ? 4 : 3;
  }

  /** Returns the file with a directory of only the needed entries. */
  byte[] essential() {
    List<Entry> kept = new ArrayList<>(entries.values());
    kept.removeIf(entry -> entry.tag == ORIENTATION);
    kept.sort(Comparator.comparingInt(Entry::tag));
    int start = file.length + (file.length & 1);
    ByteBuffer out = ByteBuffer.allocate(start + 2 + kept.size() * ENTRY + 4).order(bytes.order());
    out.put(0, file);
    out.putInt(4, start);
    out.position(start);
    out.putShort((short) kept.size());
    for (Entry entry : kept) {
      long length = entry.count * bytesOf(entry.type);
      out.putShort((short) entry.tag).putShort((short) entry.type).putInt((int) entry.count);
      if (length <= 4) {
        out.put(file, entry.at, 4);
      } else {
        out.putInt(entry.at);
      }
    }
    out.putInt(0);
    return out.array();
  }
}
