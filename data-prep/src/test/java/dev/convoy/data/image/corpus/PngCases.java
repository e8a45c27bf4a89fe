package dev.convoy.data.image.corpus;

import static dev.convoy.data.image.corpus.Case.HEIGHT;
import static dev.convoy.data.image.corpus.Case.WIDTH;
import static dev.convoy.data.image.corpus.Case.bad;
import static dev.convoy.data.image.corpus.Case.colour;
import static dev.convoy.data.image.corpus.Case.grey;

import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** PNG files of every kind of pixel. */
public final class PngCases {
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGBA = 6;

  private PngCases() {}

  static List<Case> all() {
    byte[] whole = png(8, RGB, Case::rgb);
    return List.of(
        grey(
            "png/grey-1",
            png(1, GREY, (y, x) -> Case.grey(y, x) & 1),
            (y, x) -> (Case.grey(y, x) & 1) * 255),
        grey(
            "png/grey-2",
            png(2, GREY, (y, x) -> Case.grey(y, x) & 3),
            (y, x) -> (Case.grey(y, x) & 3) * 85),
        grey(
            "png/grey-4",
            png(4, GREY, (y, x) -> Case.grey(y, x) & 15),
            (y, x) -> (Case.grey(y, x) & 15) * 17),
        grey("png/grey-8", png(8, GREY, Case::grey), Case::grey),
        grey(
            "png/grey-16",
            png(16, GREY, (y, x) -> Case.wide(Case.grey(y, x))),
            (y, x) -> Case.rounded(Case.wide(Case.grey(y, x)))),
        grey(
            "png/grey-alpha",
            png(8, GREY_ALPHA, (y, x) -> Case.grey(y, x) << 8 | Case.alpha(y, x)),
            (y, x) -> Case.onBlack(Case.grey(y, x), Case.alpha(y, x))),
        colour("png/palette-1", palette(1, 2), (y, x) -> entry(Case.grey(y, x) & 1)),
        colour("png/palette-2", palette(2, 4), (y, x) -> entry(Case.grey(y, x) & 3)),
        colour("png/palette-4", palette(4, 16), (y, x) -> entry(Case.grey(y, x) & 15)),
        colour("png/palette-8", palette(8, 256), (y, x) -> entry(Case.grey(y, x))),
        colour(
            "png/palette-with-transparency",
            transparent(),
            (y, x) -> (Case.grey(y, x) & 15) == 0 ? 0 : entry(Case.grey(y, x) & 15)),
        colour("png/rgb-8", whole, Case::rgb),
        colour("png/rgb-8-and-more", new Bytes().all(whole).text("more").done(), Case::rgb),
        colour("png/rgba-8", rgba(), PngCases::drawn),
        colour("png/text-bomb", withText(), Case::rgb),
        bad("png/signature-only", Arrays.copyOf(whole, 8), "truncated"),
        bad("png/header-only", Arrays.copyOf(whole, 33), "truncated"),
        bad("png/without-end", Arrays.copyOf(whole, whole.length - 12), "truncated"),
        bad("png/half", Arrays.copyOf(whole, whole.length / 2), "truncated"),
        bad("png/no-pixels", file(header(7, 5, 8, RGB)), "damaged: the PNG file holds no pixels"),
        bad(
            "png/few-pixels",
            file(header(7, 5, 8, RGB), chunk("IDAT", deflated(new byte[30]))),
            "damaged"),
        bad(
            "png/header-lies",
            file(header(8000, 8000, 8, GREY), chunk("IDAT", deflated(new byte[30]))),
            "damaged"),
        bad(
            "png/huge",
            file(header(60_000, 60_000, 8, RGB), chunk("IDAT", deflated(new byte[30]))),
            "60000×60000 pixels are more"),
        bad(
            "png/no-width",
            file(header(0, 5, 8, RGB), chunk("IDAT", deflated(new byte[30]))),
            "damaged: a size"),
        bad(
            "png/colour-type-1",
            file(header(7, 5, 8, 1), chunk("IDAT", deflated(new byte[30]))),
            "damaged: unknown PNG colour"),
        bad("png/no-deflate", file(header(7, 5, 8, RGB), chunk("IDAT", new byte[60])), "damaged"));
  }

  private static int entry(int index) {
    return index * 0x070b0d & 0xffffff;
  }

  private static int drawn(int y, int x) {
    int alpha = Case.alpha(y, x);
    return Case.pack(
        Case.onBlack(Case.red(y, x), alpha),
        Case.onBlack(Case.green(y, x), alpha),
        Case.onBlack(Case.blue(y, x), alpha));
  }

  private static int samples(int colours) {
    return colours == RGB ? 3 : colours == RGBA ? 4 : colours == GREY_ALPHA ? 2 : 1;
  }

  private static byte[] scanLines(int depth, int colours, Case.Pixels pixels) {
    int bits = depth * samples(colours);
    Bytes lines = new Bytes();
    for (int y = 0; y < HEIGHT; y++) {
      lines.u8(0);
      int[] packed = new int[(WIDTH * bits + 7) / 8];
      for (int x = 0; x < WIDTH; x++) {
        for (int bit = 0; bit < bits; bit++) {
          long pixel = pixels.at(y, x) & 0xffffffffL;
          int at = x * bits + bit;
          packed[at / 8] |= (int) (pixel >> (bits - 1 - bit) & 1) << (7 - at % 8);
        }
      }
      lines.u8(packed);
    }
    return lines.done();
  }

  private static byte[] png(int depth, int colours, Case.Pixels pixels) {
    return file(
        header(WIDTH, HEIGHT, depth, colours),
        chunk("IDAT", deflated(scanLines(depth, colours, pixels))));
  }

  private static byte[] rgba() {
    return png(8, RGBA, (y, x) -> Case.rgb(y, x) << 8 | Case.alpha(y, x));
  }

  private static byte[] paletteChunk(int size) {
    Bytes colours = new Bytes();
    for (int i = 0; i < size; i++) {
      colours.big(entry(i), 3);
    }
    return chunk("PLTE", colours.done());
  }

  private static byte[] palette(int depth, int size) {
    return file(
        header(WIDTH, HEIGHT, depth, PALETTE),
        paletteChunk(size),
        chunk("IDAT", deflated(scanLines(depth, PALETTE, (y, x) -> Case.grey(y, x) & size - 1))));
  }

  private static byte[] transparent() {
    return file(
        header(WIDTH, HEIGHT, 4, PALETTE),
        paletteChunk(16),
        chunk("tRNS", new byte[] {0, -1, -1}),
        chunk("IDAT", deflated(scanLines(4, PALETTE, (y, x) -> Case.grey(y, x) & 15))));
  }

  /** A text of 100 MB that is compressed to 100 KB; nobody needs it. */
  private static byte[] withText() {
    byte[] bomb = deflated(new byte[100 << 20]);
    return file(
        header(WIDTH, HEIGHT, 8, RGB),
        chunk("zTXt", new Bytes().text("Comment\0\0").all(bomb).done()),
        chunk("iCCP", new Bytes().text("profile\0\0").all(bomb).done()),
        chunk("IDAT", deflated(scanLines(8, RGB, Case::rgb))));
  }

  public static byte[] header(int width, int height, int depth, int colours) {
    return chunk(
        "IHDR", new Bytes().big(width, 4).big(height, 4).u8(depth, colours, 0, 0, 0).done());
  }

  public static byte[] deflated(byte[] content) {
    Deflater deflater = new Deflater();
    deflater.setInput(content);
    deflater.finish();
    Bytes out = new Bytes();
    byte[] buffer = new byte[1 << 16];
    while (!deflater.finished()) {
      out.all(Arrays.copyOf(buffer, deflater.deflate(buffer)));
    }
    deflater.end();
    return out.done();
  }

  public static byte[] chunk(String type, byte[] content) {
    byte[] named = new Bytes().text(type).all(content).done();
    CRC32 crc = new CRC32();
    crc.update(named);
    return new Bytes().big(content.length, 4).all(named).big(crc.getValue(), 4).done();
  }

  public static byte[] file(byte[]... chunks) {
    Bytes file = new Bytes().u8(0x89).text("PNG\r\n").u8(0x1a).text("\n");
    for (byte[] chunk : chunks) {
      file.all(chunk);
    }
    return file.all(chunk("IEND", new byte[0])).done();
  }
}
