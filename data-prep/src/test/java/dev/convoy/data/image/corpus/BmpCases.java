package dev.convoy.data.image.corpus;

import static dev.convoy.data.image.corpus.Case.HEIGHT;
import static dev.convoy.data.image.corpus.Case.WIDTH;
import static dev.convoy.data.image.corpus.Case.bad;
import static dev.convoy.data.image.corpus.Case.colour;
import static dev.convoy.data.image.corpus.Case.grey;

import java.util.Arrays;
import java.util.List;

/** BMP files of Windows and OS/2. */
final class BmpCases {
  private BmpCases() {}

  static List<Case> all() {
    byte[] colour = rows(24, false, (y, x) -> Case.rgb(y, x));
    return List.of(
        grey(
            "bmp/1-bit",
            file(1, 0, false, rows(1, false, BmpCases::odd), 0, 0xffffff),
            (y, x) -> odd(y, x) * 255),
        colour(
            "bmp/1-bit-colours",
            file(1, 0, false, rows(1, false, BmpCases::odd), 0x102030, 0xa0b0c0),
            (y, x) -> odd(y, x) == 0 ? 0x102030 : 0xa0b0c0),
        colour(
            "bmp/4-bit",
            file(4, 0, false, rows(4, false, BmpCases::nibble), palette(16)),
            (y, x) -> palette(16)[nibble(y, x)]),
        colour(
            "bmp/8-bit",
            file(8, 0, false, rows(8, false, Case::grey), palette(256)),
            (y, x) -> palette(256)[Case.grey(y, x)]),
        grey("bmp/8-bit-grey", file(8, 0, false, rows(8, false, Case::grey), greys()), Case::grey),
        colour(
            "bmp/16-bit",
            file(16, 0, false, rows(16, false, BmpCases::five)),
            (y, x) -> widened(five(y, x) >> 10, five(y, x) >> 5, five(y, x), 31)),
        colour(
            "bmp/16-bit-fields",
            file(16, 3, false, rows(16, false, BmpCases::sixFive), 0xf800, 0x7e0, 0x1f),
            BmpCases::ofSixFive),
        colour("bmp/24-bit", file(24, 0, false, colour), Case::rgb),
        colour("bmp/24-bit-from-the-top", file(24, 0, true, rows(24, true, Case::rgb)), Case::rgb),
        colour(
            "bmp/32-bit",
            file(32, 0, false, rows(32, false, (y, x) -> Case.rgb(y, x) | 0x55000000)),
            Case::rgb),
        colour(
            "bmp/32-bit-fields",
            file(32, 3, false, rows(32, false, Case::rgb), 0xff0000, 0xff00, 0xff),
            Case::rgb),
        colour("bmp/os2", os2(), Case::rgb),
        colour(
            "bmp/runs",
            file(8, 1, false, runs(), palette(256)),
            (y, x) -> palette(256)[x < 4 ? y : x == 4 ? 9 : 200]),
        bad("bmp/truncated", Arrays.copyOf(file(24, 0, false, colour), 100), "truncated"),
        bad("bmp/header-only", Arrays.copyOf(file(24, 0, false, colour), 54), "truncated"),
        bad("bmp/half-header", Arrays.copyOf(file(24, 0, false, colour), 30), "truncated"),
        bad("bmp/17-bit", file(17, 0, false, colour), "a BMP image of 17 bits"),
        bad(
            "bmp/jpeg-inside",
            file(24, 4, false, colour),
            "a BMP image of 24 bits with the compression 4"),
        bad("bmp/huge", sized(60_000, 60_000), "truncated"),
        bad("bmp/runs-bomb", runsOf(60_000, 60_000), "60000×60000 pixels are more"),
        bad("bmp/long", sized(70_000, 1), "1×70000 pixels: a side"),
        bad("bmp/no-width", sized(0, 5), "damaged: a size"),
        bad("bmp/negative-width", sized(-5, 5), "damaged: a size"),
        bad("bmp/pixels-beyond-the-end", beyond(), "truncated"));
  }

  private static int odd(int y, int x) {
    return (x + 2 * y) % 3 == 0 ? 1 : 0;
  }

  private static int nibble(int y, int x) {
    return x * 3 + y & 15;
  }

  private static int five(int y, int x) {
    return (x * 4 & 31) << 10 | (y * 6 & 31) << 5 | (x + 5 * y & 31);
  }

  private static int sixFive(int y, int x) {
    return (x * 4 & 31) << 11 | (y * 12 & 63) << 5 | (x + 5 * y & 31);
  }

  private static int ofSixFive(int y, int x) {
    int value = sixFive(y, x);
    return Case.pack(
        wider(value >> 11 & 31, 31), wider(value >> 5 & 63, 63), wider(value & 31, 31));
  }

  private static int widened(int red, int green, int blue, int most) {
    return Case.pack(wider(red & most, most), wider(green & most, most), wider(blue & most, most));
  }

  private static int wider(int value, int most) {
    return (int) Math.round(value * 255.0 / most);
  }

  private static int[] palette(int size) {
    int[] colours = new int[size];
    Arrays.setAll(colours, i -> i * 0x030711 & 0xffffff);
    return colours;
  }

  private static int[] greys() {
    int[] colours = new int[256];
    Arrays.setAll(colours, i -> i * 0x010101);
    return colours;
  }

  /** Rows of pixels, each filled up to a multiple of four bytes. */
  private static byte[] rows(int bits, boolean fromTop, Case.Pixels pixels) {
    Bytes out = new Bytes();
    for (int i = 0; i < HEIGHT; i++) {
      int y = fromTop ? i : HEIGHT - 1 - i;
      Bytes row = new Bytes();
      if (bits >= 8) {
        for (int x = 0; x < WIDTH; x++) {
          row.little(pixels.at(y, x) & 0xffffffffL, bits / 8);
        }
      } else {
        int[] packed = new int[(WIDTH * bits + 7) / 8];
        for (int x = 0; x < WIDTH; x++) {
          packed[x * bits / 8] |= pixels.at(y, x) << (8 - bits - x * bits % 8);
        }
        row.u8(packed);
      }
      while (row.size() % 4 != 0) {
        row.u8(0);
      }
      out.all(row.done());
    }
    return out.done();
  }

  private static byte[] file(
      int bits, int compression, boolean fromTop, byte[] pixels, int... palette) {
    return file(WIDTH, fromTop ? -HEIGHT : HEIGHT, bits, compression, pixels, palette);
  }

  private static byte[] file(
      int width, int height, int bits, int compression, byte[] pixels, int... palette) {
    int dataAt = 54 + 4 * palette.length;
    Bytes file =
        new Bytes().text("BM").little(dataAt + pixels.length, 4).little(0, 4).little(dataAt, 4);
    file.little(40, 4).little(width, 4).little(height, 4).little(1, 2).little(bits, 2);
    file.little(compression, 4).little(pixels.length, 4).little(0, 8);
    file.little(bits <= 8 ? palette.length : 0, 4).little(0, 4);
    for (int entry : palette) {
      file.little(entry, 4);
    }
    return file.all(pixels).done();
  }

  private static byte[] os2() {
    byte[] pixels = rows(24, false, Case::rgb);
    return new Bytes()
        .text("BM")
        .little(26 + pixels.length, 4)
        .little(0, 4)
        .little(26, 4)
        .little(12, 4)
        .little(WIDTH, 2)
        .little(HEIGHT, 2)
        .little(1, 2)
        .little(24, 2)
        .all(pixels)
        .done();
  }

  /** Every row: a run of four pixels, then three single ones. */
  private static byte[] runs() {
    Bytes out = new Bytes();
    for (int y = HEIGHT - 1; y >= 0; y--) {
      out.u8(4, y).u8(0, 3, 9, 200, 200, 0).u8(0, 0);
    }
    return out.u8(0, 1).done();
  }

  private static byte[] sized(int width, int height) {
    return file(width, height, 24, 0, new byte[8]);
  }

  private static byte[] runsOf(int width, int height) {
    return file(width, height, 8, 1, runs(), palette(256));
  }

  private static byte[] beyond() {
    byte[] file = file(24, 0, false, rows(24, false, Case::rgb));
    file[10] = (byte) 0xff;
    file[11] = (byte) 0xff;
    return file;
  }
}
