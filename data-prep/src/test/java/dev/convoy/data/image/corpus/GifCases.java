package dev.convoy.data.image.corpus;

import static dev.convoy.data.image.corpus.Case.HEIGHT;
import static dev.convoy.data.image.corpus.Case.WIDTH;
import static dev.convoy.data.image.corpus.Case.bad;
import static dev.convoy.data.image.corpus.Case.colour;
import static dev.convoy.data.image.corpus.Case.sized;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** GIF files, with codes that are written by the definition of LZW. */
final class GifCases {
  private static final int[] PASSES = {0, 4, 2, 1};
  private static final int[] STEPS = {8, 8, 4, 2};

  private GifCases() {}

  static List<Case> all() {
    byte[] whole = file(7, image(0, 0, 7, 5, 8, false, 256));
    return List.of(
        colour("gif/256-colours", whole, (y, x) -> colourOf(Case.grey(y, x))),
        colour(
            "gif/16-colours",
            file(3, image(0, 0, 7, 5, 4, false, 16)),
            (y, x) -> colourOf(Case.grey(y, x) & 15)),
        colour(
            "gif/2-colours",
            file(0, image(0, 0, 7, 5, 2, false, 2)),
            (y, x) -> colourOf(Case.grey(y, x) & 1)),
        colour(
            "gif/interlaced",
            file(7, image(0, 0, 7, 5, 8, true, 256)),
            (y, x) -> colourOf(Case.grey(y, x))),
        colour("gif/own-colours", file(-1, localImage()), (y, x) -> 0x0f0e0d),
        colour(
            "gif/transparent",
            file(7, control(60), image(0, 0, 7, 5, 8, false, 256)),
            (y, x) -> Case.grey(y, x) == 60 ? 0 : colourOf(Case.grey(y, x))),
        colour(
            "gif/part-of-the-screen",
            file(7, image(2, 1, 4, 3, 8, false, 256)),
            (y, x) -> x < 2 || x >= 6 || y < 1 || y >= 4 ? 0 : colourOf(Case.grey(y - 1, x - 2))),
        sized(
            "gif/larger-than-the-screen",
            file(7, image(0, 0, 9, 8, 8, false, 256)),
            8,
            9,
            (y, x) -> colourOf(Case.grey(y, x)),
            false),
        colour(
            "gif/animated",
            file(
                7,
                comment(),
                control(-1),
                image(0, 0, 7, 5, 8, false, 256),
                control(-1),
                image(1, 1, 2, 2, 8, false, 256)),
            (y, x) -> colourOf(Case.grey(y, x))),
        colour(
            "gif/second-image-truncated",
            Arrays.copyOf(
                file(7, image(0, 0, 7, 5, 8, false, 256), image(0, 0, 7, 5, 8, false, 256)),
                whole.length + 5),
            (y, x) -> colourOf(Case.grey(y, x))),
        sized("gif/full-table", large(), 90, 90, (y, x) -> colourOf(Case.grey(y, x)), false),
        bad("gif/no-image", file(7), "damaged: the GIF file holds no image"),
        bad(
            "gif/no-colours",
            file(-1, image(0, 0, 7, 5, 8, false, 256)),
            "damaged: the GIF file has no colours"),
        bad("gif/size-0", file(7, image(0, 0, 0, 5, 8, false, 256)), "damaged: a size of 5×0"),
        bad("gif/few-pixels", file(7, bomb(7, 5)), "truncated: pixels of the GIF image"),
        bad("gif/bomb", file(7, bomb(8000, 8000)), "truncated: pixels of the GIF image"),
        bad("gif/huge", file(7, bomb(60_000, 60_000)), "60000×60000 pixels are more"),
        bad(
            "gif/undefined-code",
            file(
                7,
                new Bytes()
                    .u8(0x2c)
                    .little(0, 4)
                    .little(7, 2)
                    .little(5, 2)
                    .u8(0, 2, 2, 0x3c, 0xff, 0)),
            "damaged: a GIF code"),
        bad(
            "gif/codes-of-12-bits",
            file(7, new Bytes().u8(0x2c).little(0, 4).little(7, 2).little(5, 2).u8(0, 12, 1, 0, 0)),
            "damaged: GIF codes of 12 bits"),
        bad("gif/header-only", Arrays.copyOf(whole, 13), "truncated"),
        bad("gif/half", Arrays.copyOf(whole, whole.length - 20), "truncated"),
        bad(
            "gif/unknown-block",
            file(7, new Bytes().u8(0x44, 1, 2, 3)),
            "damaged: the GIF file holds no image"));
  }

  private static int colourOf(int index) {
    return index * 0x050b17 & 0xffffff;
  }

  /**
   * A file.
   *
   * @param sizeBits the screen has 2^(sizeBits + 1) colours; none if it is negative
   */
  private static byte[] file(int sizeBits, Bytes... blocks) {
    Bytes file = new Bytes().text("GIF89a").little(WIDTH, 2).little(HEIGHT, 2);
    file.u8(sizeBits < 0 ? 0 : 0x80 | sizeBits, 0, 0);
    for (int i = 0; sizeBits >= 0 && i < 2 << sizeBits; i++) {
      file.big(colourOf(i), 3);
    }
    for (Bytes block : blocks) {
      file.all(block.done());
    }
    return file.u8(0x3b).done();
  }

  private static Bytes control(int transparent) {
    return new Bytes()
        .u8(0x21, 0xf9, 4, transparent < 0 ? 0 : 1, 0, 0, Math.max(0, transparent), 0);
  }

  private static Bytes comment() {
    return new Bytes().u8(0x21, 0xfe, 3).text("abc").u8(2).text("de").u8(0);
  }

  private static Bytes image(
      int left, int top, int width, int height, int bits, boolean interlaced, int colours) {
    Bytes image = new Bytes().u8(0x2c).little(left, 2).little(top, 2).little(width, 2);
    image.little(height, 2).u8(interlaced ? 0x40 : 0);
    int[] indices = new int[width * height];
    int at = 0;
    for (int pass = 0; pass < (interlaced ? 4 : 1); pass++) {
      for (int y = interlaced ? PASSES[pass] : 0; y < height; y += interlaced ? STEPS[pass] : 1) {
        for (int x = 0; x < width; x++) {
          indices[at++] = Case.grey(y, x) & colours - 1;
        }
      }
    }
    return codes(image, bits, indices);
  }

  private static Bytes localImage() {
    Bytes image = new Bytes().u8(0x2c).little(0, 4).little(WIDTH, 2).little(HEIGHT, 2).u8(0x80);
    image.big(0x0a0b0c, 3).big(0x0f0e0d, 3);
    int[] ones = new int[WIDTH * HEIGHT];
    Arrays.fill(ones, 1);
    return codes(image, 2, ones);
  }

  private static byte[] large() {
    return file(7, image(0, 0, 90, 90, 8, false, 256));
  }

  /** An image whose data has one pixel and the end. */
  private static Bytes bomb(int width, int height) {
    Bytes image = new Bytes().u8(0x2c).little(0, 4).little(width, 2).little(height, 2).u8(0);
    return codes(image, 8, new int[] {3});
  }

  /** Writes LZW codes in blocks of up to 255 bytes. */
  private static Bytes codes(Bytes image, int first, int[] indices) {
    Bits bits = new Bits();
    int clear = 1 << first;
    int width = first + 1;
    Map<String, Integer> table = new HashMap<>();
    bits.add(clear, width);
    int next = clear + 2;
    String known = "";
    for (int index : indices) {
      String longer = known + (char) index;
      if (known.isEmpty() || table.containsKey(longer)) {
        known = longer;
        continue;
      }
      bits.add(code(table, known), width);
      if (next < 4096) {
        table.put(longer, next++);
        width += next > 1 << width && width < 12 ? 1 : 0;
      }
      known = String.valueOf((char) index);
    }
    if (!known.isEmpty()) {
      bits.add(code(table, known), width);
    }
    // The reader adds its last entry one code later than the writer.
    width += next == 1 << width && width < 12 ? 1 : 0;
    bits.add(clear + 1, width);
    byte[] packed = bits.done();
    image.u8(first);
    for (int from = 0; from < packed.length; from += 255) {
      int length = Math.min(255, packed.length - from);
      image.u8(length).all(Arrays.copyOfRange(packed, from, from + length));
    }
    return image.u8(0);
  }

  private static int code(Map<String, Integer> table, String known) {
    return known.length() == 1 ? known.charAt(0) : table.get(known);
  }

  private static final class Bits {
    private final Bytes out = new Bytes();
    private int buffer;
    private int count;

    void add(int code, int width) {
      buffer |= code << count;
      count += width;
      while (count >= 8) {
        out.u8(buffer);
        buffer >>>= 8;
        count -= 8;
      }
    }

    byte[] done() {
      return count > 0 ? out.u8(buffer).done() : out.done();
    }
  }
}
