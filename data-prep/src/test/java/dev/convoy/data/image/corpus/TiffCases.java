package dev.convoy.data.image.corpus;

import static dev.convoy.data.image.corpus.Case.HEIGHT;
import static dev.convoy.data.image.corpus.Case.WIDTH;
import static dev.convoy.data.image.corpus.Case.bad;
import static dev.convoy.data.image.corpus.Case.colour;
import static dev.convoy.data.image.corpus.Case.grey;
import static dev.convoy.data.image.corpus.Case.sized;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** TIFF files of both byte orders. */
final class TiffCases {
  private static final int WHITE_IS_0 = 0;
  private static final int BLACK_IS_0 = 1;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int CMYK = 5;

  private TiffCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (boolean little : new boolean[] {true, false}) {
      String order = little ? "tiff/little-" : "tiff/big-";
      cases.add(
          grey(
              order + "grey-8", new Tiff(little, BLACK_IS_0, 1, 8, Case::grey).file(), Case::grey));
      cases.add(
          grey(
              order + "white-is-0",
              new Tiff(little, WHITE_IS_0, 1, 8, (y, x) -> 255 - Case.grey(y, x)).file(),
              Case::grey));
      cases.add(
          grey(
              order + "1-bit",
              new Tiff(little, BLACK_IS_0, 1, 1, TiffCases::bit).file(),
              (y, x) -> bit(y, x) * 255));
      cases.add(
          grey(
              order + "1-bit-white-is-0",
              new Tiff(little, WHITE_IS_0, 1, 1, TiffCases::bit).file(),
              (y, x) -> 255 - bit(y, x) * 255));
      cases.add(
          grey(
              order + "4-bit",
              new Tiff(little, BLACK_IS_0, 1, 4, (y, x) -> Case.grey(y, x) & 15).file(),
              (y, x) -> (Case.grey(y, x) & 15) * 17));
      cases.add(
          grey(
              order + "grey-16",
              new Tiff(little, BLACK_IS_0, 1, 16, (y, x) -> Case.wide(Case.grey(y, x))).file(),
              (y, x) -> Case.rounded(Case.wide(Case.grey(y, x)))));
      cases.add(colour(order + "palette", palette(little), TiffCases::ofPalette));
      cases.add(colour(order + "rgb", rgb(little).file(), Case::rgb));
      cases.add(
          colour(
              order + "rgb-16",
              new Tiff(little, RGB, 3, 16, Case::rgb).wide().file(),
              PngOf::wideColour));
      cases.add(colour(order + "rgb-planes", rgb(little).planes().file(), Case::rgb));
      cases.add(colour(order + "rgb-strips", rgb(little).strips(2).file(), Case::rgb));
      cases.add(colour(order + "rgb-tiles", rgb(little).tiles().file(), Case::rgb));
      cases.add(colour(order + "deflate", rgb(little).strips(2).deflated(8).file(), Case::rgb));
      cases.add(colour(order + "old-deflate", rgb(little).deflated(32946).file(), Case::rgb));
      cases.add(colour(order + "packbits", rgb(little).strips(2).packed().file(), Case::rgb));
      cases.add(colour(order + "straight-alpha", alpha(little, 2), (y, x) -> drawn(y, x)));
      cases.add(colour(order + "multiplied-alpha", alpha(little, 1), Case::rgb));
      cases.add(colour(order + "unknown-fourth", alpha(little, 0), Case::rgb));
      cases.add(
          colour(
              order + "cmyk",
              new Tiff(little, CMYK, 4, 8, TiffCases::inks).file(),
              TiffCases::ofInks));
    }
    byte[] turned = rgb(true).entry(274, 3, 6).file();
    cases.add(sized("tiff/turned", turned, 7, 5, (y, x) -> Case.rgb(HEIGHT - 1 - x, y), false));
    cases.add(
        colour(
            "tiff/metadata-that-lies", rgb(true).entry(34675, 7, 0xfffffff0L).file(), Case::rgb));
    byte[] whole = rgb(true).file();
    cases.add(bad("tiff/header-only", Arrays.copyOf(whole, 8), "truncated"));
    cases.add(bad("tiff/half", Arrays.copyOf(whole, whole.length / 2), "truncated"));
    cases.add(
        bad(
            "tiff/floating-point",
            rgb(true).entry(339, 3, 3).file(),
            "a TIFF image whose samples are not"));
    cases.add(
        bad(
            "tiff/unknown-compression",
            rgb(true).entry(259, 3, 34712).file(),
            "a TIFF image with the compression 34712"));
    cases.add(bad("tiff/lab", rgb(true).entry(262, 3, 8).file(), "a TIFF image of the kind 8"));
    cases.add(
        bad(
            "tiff/many-channels",
            rgb(true).entry(277, 3, 900).file(),
            "a TIFF image of the kind 2 with 900"));
    cases.add(
        bad(
            "tiff/huge",
            rgb(true).entry(256, 4, 60_000).entry(257, 4, 60_000).file(),
            "damaged: the TIFF file lacks"));
    cases.add(
        bad(
            "tiff/header-lies",
            rgb(true).entry(257, 4, 1_000).entry(278, 4, 1_000).file(),
            "truncated: pixels are missing"));
    cases.add(
        bad(
            "tiff/large-tile",
            rgb(true).tiles().entry(322, 4, 65_520).entry(323, 4, 65_520).file(),
            "a TIFF image with a strip or tile"));
    cases.add(bad("tiff/no-width", rgb(true).entry(256, 4, 0).file(), "damaged: a size"));
    cases.add(
        bad(
            "tiff/strip-beyond-the-end",
            rgb(true).entry(273, 4, 1L << 31).file(),
            "truncated: pixels are missing"));
    cases.add(bad("tiff/no-strips", rgb(true).without(273).file(), "damaged: the TIFF file lacks"));
    return cases;
  }

  private static int bit(int y, int x) {
    return (x + y) % 3 == 0 ? 1 : 0;
  }

  private static Tiff rgb(boolean little) {
    return new Tiff(little, RGB, 3, 8, Case::rgb);
  }

  private static byte[] alpha(boolean little, int kind) {
    return new Tiff(little, RGB, 4, 8, (y, x) -> Case.rgb(y, x) << 8 | Case.alpha(y, x))
        .entry(338, 3, kind)
        .file();
  }

  private static int drawn(int y, int x) {
    int alpha = Case.alpha(y, x);
    return Case.pack(
        Case.onBlack(Case.red(y, x), alpha),
        Case.onBlack(Case.green(y, x), alpha),
        Case.onBlack(Case.blue(y, x), alpha));
  }

  private static byte[] palette(boolean little) {
    long[] colours = new long[48];
    for (int i = 0; i < 16; i++) {
      colours[i] = i * 17L * 257;
      colours[16 + i] = (255L - i * 9L) * 257;
      colours[32 + i] = i * 3L * 257;
    }
    return new Tiff(little, PALETTE, 1, 4, (y, x) -> Case.grey(y, x) & 15)
        .entry(320, 3, colours)
        .file();
  }

  private static int ofPalette(int y, int x) {
    int i = Case.grey(y, x) & 15;
    return Case.pack(i * 17, 255 - i * 9, i * 3);
  }

  private static int inks(int y, int x) {
    return Case.rgb(y, x) << 8 | Case.grey(y, x);
  }

  private static int ofInks(int y, int x) {
    int light = 255 - Case.grey(y, x);
    return Case.pack(
        Case.onBlack(255 - Case.red(y, x), light),
        Case.onBlack(255 - Case.green(y, x), light),
        Case.onBlack(255 - Case.blue(y, x), light));
  }

  /** Colours of 16 bits. */
  private static final class PngOf {
    static int wideColour(int y, int x) {
      return Case.pack(
          Case.rounded(Case.wide(Case.red(y, x))),
          Case.rounded(Case.wide(Case.green(y, x))),
          Case.rounded(Case.wide(Case.blue(y, x))));
    }
  }

  /** A file that is built entry by entry. */
  private static final class Tiff {
    private record Entry(int type, long[] values) {}

    private final boolean little;
    private final int samples;
    private final int bits;
    private final Case.Pixels pixels;
    private final Map<Integer, Entry> entries = new TreeMap<>();
    private final List<Integer> removed = new ArrayList<>();
    private int rows = HEIGHT;
    private boolean planes;
    private boolean tiles;
    private boolean wide;
    private int compression = 1;

    Tiff(boolean little, int photometric, int samples, int bits, Case.Pixels pixels) {
      this.little = little;
      this.samples = samples;
      this.bits = bits;
      this.pixels = pixels;
      entry(262, 3, photometric);
    }

    Tiff wide() {
      wide = true;
      return this;
    }

    Tiff planes() {
      planes = true;
      return this;
    }

    Tiff strips(int rowsOfOne) {
      rows = rowsOfOne;
      return this;
    }

    Tiff tiles() {
      tiles = true;
      return this;
    }

    Tiff deflated(int kind) {
      compression = kind;
      return this;
    }

    Tiff packed() {
      compression = 32773;
      return this;
    }

    Tiff entry(int tag, int type, long... values) {
      entries.put(tag, new Entry(type, values));
      return this;
    }

    Tiff without(int tag) {
      removed.add(tag);
      return this;
    }

    private int sample(int y, int x, int sample) {
      int pixel = y < HEIGHT && x < WIDTH ? pixels.at(y, x) : 0;
      if (samples == 1) {
        return pixel;
      }
      int value = pixel >> (8 * (samples - 1 - sample)) & 0xff;
      return wide ? Case.wide(value) : value;
    }

    private byte[] part(int top, int height, int left, int width, int from, int to) {
      Bytes part = new Bytes();
      for (int y = top; y < top + height; y++) {
        int[] row = new int[(width * (to - from) * Math.min(bits, 8) + 7) / 8];
        for (int x = left; x < left + width; x++) {
          for (int s = from; s < to; s++) {
            if (bits == 16) {
              number(part, sample(y, x, s), 2);
            } else {
              int at = ((x - left) * (to - from) + s - from) * bits;
              row[at / 8] |= sample(y, x, s) << (8 - bits - at % 8);
            }
          }
        }
        if (bits < 16) {
          part.u8(row);
        }
      }
      return compressed(part.done());
    }

    private byte[] compressed(byte[] part) {
      if (compression == 1) {
        return part;
      }
      if (compression != 32773) {
        return PngCases.deflated(part);
      }
      Bytes packed = new Bytes();
      for (int from = 0; from < part.length; from += 100) {
        int length = Math.min(100, part.length - from);
        packed.u8(length - 1).all(Arrays.copyOfRange(part, from, from + length));
      }
      return packed.done();
    }

    private void number(Bytes out, long value, int bytes) {
      if (little) {
        out.little(value, bytes);
      } else {
        out.big(value, bytes);
      }
    }

    private List<byte[]> parts() {
      List<byte[]> parts = new ArrayList<>();
      if (tiles) {
        parts.add(part(0, 16, 0, 16, 0, samples));
        return parts;
      }
      for (int plane = 0; plane < (planes ? samples : 1); plane++) {
        for (int top = 0; top < HEIGHT; top += rows) {
          int from = planes ? plane : 0;
          int to = planes ? plane + 1 : samples;
          parts.add(part(top, Math.min(rows, HEIGHT - top), 0, WIDTH, from, to));
        }
      }
      return parts;
    }

    byte[] file() {
      Bytes file = new Bytes().text(little ? "II" : "MM");
      number(file, 42, 2);
      List<byte[]> parts = parts();
      long[] offsets = new long[parts.size()];
      long[] lengths = new long[parts.size()];
      int at = 8;
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = at;
        lengths[i] = parts.get(i).length;
        at += parts.get(i).length;
      }
      at += at & 1;
      number(file, at, 4);
      parts.forEach(file::all);
      if (file.size() < at) {
        file.u8(0);
      }
      complete(offsets, lengths);
      directory(file, at);
      return file.done();
    }

    private void complete(long[] offsets, long[] lengths) {
      Map<Integer, Entry> given = new TreeMap<>(entries);
      long[] depths = new long[samples];
      Arrays.fill(depths, bits);
      entry(256, 4, WIDTH).entry(257, 4, HEIGHT).entry(258, 3, depths).entry(259, 3, compression);
      entry(277, 3, samples).entry(284, 3, planes ? 2 : 1);
      if (tiles) {
        entry(322, 4, 16).entry(323, 4, 16).entry(324, 4, offsets).entry(325, 4, lengths);
      } else {
        entry(273, 4, offsets).entry(278, 4, rows).entry(279, 4, lengths);
      }
      entries.putAll(given);
      removed.forEach(entries::remove);
    }

    private void directory(Bytes file, int at) {
      int valuesAt = at + 2 + 12 * entries.size() + 4;
      Bytes values = new Bytes();
      number(file, entries.size(), 2);
      for (Map.Entry<Integer, Entry> tag : entries.entrySet()) {
        Entry entry = tag.getValue();
        int bytes = entry.type == 3 ? 2 : 4;
        number(file, tag.getKey(), 2);
        number(file, entry.type, 2);
        if (entry.type == 7) {
          number(file, entry.values[0], 4); // a length that lies
          number(file, 8, 4);
          continue;
        }
        number(file, entry.values.length, 4);
        boolean inside = bytes * entry.values.length <= 4;
        Bytes out = inside ? new Bytes() : values;
        if (!inside) {
          number(file, valuesAt + values.size(), 4);
        }
        for (long value : entry.values) {
          number(out, value, bytes);
        }
        if (inside) {
          file.all(Arrays.copyOf(out.done(), 4));
        }
      }
      number(file, 0, 4);
      file.all(values.done());
    }
  }
}
