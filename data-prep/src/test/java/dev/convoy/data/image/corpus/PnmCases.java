package dev.convoy.data.image.corpus;

import static dev.convoy.data.image.corpus.Case.HEIGHT;
import static dev.convoy.data.image.corpus.Case.WIDTH;
import static dev.convoy.data.image.corpus.Case.bad;
import static dev.convoy.data.image.corpus.Case.colour;
import static dev.convoy.data.image.corpus.Case.grey;

import java.util.List;

/** Netpbm files. */
final class PnmCases {
  private PnmCases() {}

  static List<Case> all() {
    return List.of(
        grey("pnm/bitmap-text", header("P1", 0).all(bitmapText(" ")).done(), PnmCases::bit),
        grey("pnm/bitmap-dense", header("P1", 0).all(bitmapText("")).done(), PnmCases::bit),
        grey("pnm/bitmap", bitmap(), PnmCases::bit),
        grey("pnm/grey-text", greyText(255), Case::grey),
        grey("pnm/grey-text-of-100", greyText(100), (y, x) -> scaled(Case.grey(y, x) % 101, 100)),
        grey("pnm/grey", grey8("P5\n7 5\n255\n"), Case::grey),
        grey("pnm/grey-with-comments", grey8("P5 # a\n# 9 9\n7 #b\n5\n#c\n255\n"), Case::grey),
        grey("pnm/grey-with-windows-line-ends", grey8("P5\r\n7 5\r\n255\n"), Case::grey),
        grey("pnm/grey-16", grey16(), (y, x) -> Case.rounded(Case.wide(Case.grey(y, x)))),
        grey("pnm/grey-of-99", grey8("P5 7 5 99 "), (y, x) -> scaled(Case.grey(y, x), 99)),
        colour("pnm/colour-text", colourText(), Case::rgb),
        colour("pnm/colour", colour8(), Case::rgb),
        colour("pnm/colour-16", colour16(), PnmCases::wideColour),
        colour("pnm/two-images", new Bytes().all(colour8()).all(colour8()).done(), Case::rgb),
        bad(
            "pnm/no-pixels",
            "P5\n7 5\n255\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
            "truncated"),
        bad("pnm/short-text", new Bytes().text("P2 3 3 255 1 2 3 4 5 6 7 8 ").done(), "truncated"),
        bad("pnm/words", new Bytes().text("P2 3 1 255 1 two 3 ").done(), "damaged: a pixel is no"),
        bad("pnm/no-width", new Bytes().text("P6 x 3 255 ").done(), "damaged: no number"),
        bad("pnm/negative", new Bytes().text("P6 -3 3 255 ").done(), "damaged: no number"),
        bad("pnm/no-size", new Bytes().text("P6 0 3 255 ").done(), "damaged: a size of 3×0"),
        bad(
            "pnm/depth-0",
            new Bytes().text("P6 1 1 0 abc").done(),
            "damaged: a largest value of 0"),
        bad("pnm/depth-70000", new Bytes().text("P6 1 1 70000 abc").done(), "damaged: a largest"),
        bad("pnm/text-bomb", new Bytes().text("P3 8000 8000 255 1 1 1 ").done(), "truncated"),
        bad(
            "pnm/huge",
            new Bytes().text("P5 60000 60000 255 ").done(),
            "truncated: pixels are missing"),
        bad(
            "pnm/long",
            new Bytes().text("P5 70000 1 255 ").all(new byte[70000]).done(),
            "1×70000 pixels: a side"),
        bad(
            "pnm/overflow",
            new Bytes().text("P5 99999999999 1 255 ").done(),
            "damaged: no number"));
  }

  private static int scaled(int value, int maximum) {
    return (int) Math.round(Math.min(value, maximum) * 255.0 / maximum);
  }

  private static int bit(int y, int x) {
    return (x * 3 + y) % 4 == 0 ? 0 : 255;
  }

  private static int wideColour(int y, int x) {
    return Case.pack(
        Case.rounded(Case.wide(Case.red(y, x))),
        Case.rounded(Case.wide(Case.green(y, x))),
        Case.rounded(Case.wide(Case.blue(y, x))));
  }

  private static Bytes header(String kind, int maximum) {
    return new Bytes().text(kind + "\n7 5\n" + (maximum == 0 ? "" : maximum + "\n"));
  }

  private static byte[] bitmapText(String between) {
    Bytes text = new Bytes();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        text.text((bit(y, x) == 0 ? "1" : "0") + between);
      }
      text.text("\n");
    }
    return text.done();
  }

  private static byte[] bitmap() {
    Bytes file = header("P4", 0);
    for (int y = 0; y < HEIGHT; y++) {
      int row = 0;
      for (int x = 0; x < WIDTH; x++) {
        row |= bit(y, x) == 0 ? 0x80 >> x : 0;
      }
      file.u8(row);
    }
    return file.done();
  }

  private static byte[] greyText(int maximum) {
    Bytes file = header("P2", maximum);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      file.text(Case.grey(i / WIDTH, i % WIDTH) % (maximum + 1) + (i % 6 == 5 ? "\n" : " "));
    }
    return file.done();
  }

  private static byte[] grey8(String header) {
    Bytes file = new Bytes().text(header);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      file.u8(Case.grey(i / WIDTH, i % WIDTH));
    }
    return file.done();
  }

  private static byte[] grey16() {
    Bytes file = header("P5", 65_535);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      file.big(Case.wide(Case.grey(i / WIDTH, i % WIDTH)), 2);
    }
    return file.done();
  }

  private static byte[] colourText() {
    Bytes file = header("P3", 255);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      int rgb = Case.rgb(i / WIDTH, i % WIDTH);
      file.text((rgb >> 16) + " " + (rgb >> 8 & 0xff) + " " + (rgb & 0xff) + "\n");
    }
    return file.done();
  }

  private static byte[] colour8() {
    Bytes file = header("P6", 255);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      file.big(Case.rgb(i / WIDTH, i % WIDTH), 3);
    }
    return file.done();
  }

  private static byte[] colour16() {
    Bytes file = header("P6", 65_535);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      int y = i / WIDTH;
      int x = i % WIDTH;
      file.big(Case.wide(Case.red(y, x)), 2)
          .big(Case.wide(Case.green(y, x)), 2)
          .big(Case.wide(Case.blue(y, x)), 2);
    }
    return file.done();
  }
}
