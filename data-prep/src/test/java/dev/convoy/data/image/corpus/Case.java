package dev.convoy.data.image.corpus;

import java.util.Arrays;

/**
 * A file with its expected outcome.
 *
 * @param name kind of the file
 * @param file its bytes
 * @param height height of the image
 * @param width width of the image
 * @param rgb expected pixels {@code 0xRRGGBB}, row by row; empty if the file is bad
 * @param grey whether the pixels are stored as grey
 * @param reason beginning of the reason why it is bad; empty if it is good
 */
public record Case(
    String name, byte[] file, int height, int width, int[] rgb, boolean grey, String reason) {
  static final int HEIGHT = 5;
  static final int WIDTH = 7;

  /** The pixel of row y and column x. */
  interface Pixels {
    int at(int y, int x);
  }

  static Case colour(String name, byte[] file, Pixels pixels) {
    return sized(name, file, HEIGHT, WIDTH, pixels, false);
  }

  static Case grey(String name, byte[] file, Pixels grey) {
    return sized(name, file, HEIGHT, WIDTH, (y, x) -> (grey.at(y, x) & 0xff) * 0x010101, true);
  }

  static Case sized(String name, byte[] file, int height, int width, Pixels pixels, boolean grey) {
    int[] rgb = new int[height * width];
    Arrays.setAll(rgb, i -> pixels.at(i / width, i % width) & 0xffffff);
    return new Case(name, file, height, width, rgb, grey, "");
  }

  public static Case bad(String name, byte[] file, String reason) {
    return new Case(name, file, 0, 0, new int[0], false, reason);
  }

  /** A colour of the test image. */
  static int rgb(int y, int x) {
    return red(y, x) << 16 | green(y, x) << 8 | blue(y, x);
  }

  static int red(int y, int x) {
    return x * 37 + y * 11 & 0xff;
  }

  static int green(int y, int x) {
    return x * 5 + y * 50 & 0xff;
  }

  static int blue(int y, int x) {
    return 200 - x * 9 + y * 3 & 0xff;
  }

  /** A grey value of the test image. */
  static int grey(int y, int x) {
    return x * 30 + y * 17 & 0xff;
  }

  /** The transparency of the test image. */
  static int alpha(int y, int x) {
    return x * 41 + y * 7 & 0xff;
  }

  /** A value of 16 bits whose upper byte alone does not round right. */
  static int wide(int value) {
    return value * 256 + (value * 7 & 0xff);
  }

  /** A value of 16 bits as one of 8 bits. */
  static int rounded(int wide) {
    return (int) Math.round(wide / 257.0);
  }

  /** A colour drawn on black. */
  static int onBlack(int colour, int alpha) {
    return (int) Math.round(colour * alpha / 255.0);
  }

  static int pack(int red, int green, int blue) {
    return red << 16 | green << 8 | blue;
  }

  @Override
  public String toString() {
    return name;
  }
}
