package dev.convoy.data.image.corpus;

import static dev.convoy.data.image.corpus.Case.bad;
import static dev.convoy.data.image.corpus.Case.sized;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * WebP files that libwebp 1.x has written (Pillow, {@code quality=70} or {@code lossless=True}) of
 * 9×6 pixels: {@code (40 + 20x, 200 − 29y, 60 + 9x + 14y)} with the transparency {@code 28x + 5y}.
 * The pixels of the lossy ones are those that libwebp decodes.
 */
final class WebpCases {
  private static final int HEIGHT = 6;
  private static final int WIDTH = 9;

  private static final byte[] LOSSY =
      decoded(
          "UklGRkYAAABXRUJQVlA4IDoAAADQAQCdASoJAAYAAkA4JbACdAEO/ddcQAD7/y+RqSlV+k2uo87Z9Pvi"
              + "fq7hm/z3z/2xGgiLZXvcAAAA");

  private static final byte[] LOSSY_PIXELS =
      decoded(
          "N7pTRb5aWsJkbcJqg71xl7x2rcCBwMOJzcOQMaVTP6laVK5kZ61qfahxkad3p6yBuq6Jx66QLYRbO4di"
              + "UIxtZYtyeYd5jYV/o4qJto2Sw42YLWhoO21wUHB6ZG+AeWuEjWmMom6XtnGfwnGjKk1zOVJ8TVaFYFWL"
              + "dlGPik+XoFOisleqwFeuJDtzMkB7R0OEWUKKcD6RhDyWmkGhq0SpuUSw");

  private static final byte[] LOSSY_ALPHA =
      decoded(
          "UklGRnoAAABXRUJQVlA4WAoAAAAQAAAACAAABQAAQUxQSBoAAAABuYzof0BB2zZM220sxp/pRxAxAROA"
              + "qQy/AFZQOCA6AAAA0AEAnQEqCQAGAAJAOCWwAnQBDv3f7sAA+/vvJNXO1cAYMzqPO2fT74n6u4Zv898/"
              + "9sRoJY8i+YwAAA==");

  private static final byte[] LOSSY_ALPHA_PIXELS =
      decoded(
          "MbRNAD+4VBxUvV44aL1lVIK8b3CXvHaMrcCBqMDDicTNw5DgL6NQBTynVyFSq2I9ZatoWXyncHWRp3eR"
              + "p6yBrbquicnHrpDlMIZeCj2KZSZTj29CZox0XnmHeXqNhX+Wo4qJsraNks7DjZjqNG9vD0FyditXd4FH"
              + "anWFY3tuh3+Oa42bpG+Yt7dyoNPDcqXvKk1zFDhRejBNVoVMYFWLaHdSkYSLUJigoVWjvLNYq9jBWLD0"
              + "JDtzGTE+ejVHQ4RRWUKKbXE/komFPZilm0KiwaxGqt27RbH5");

  private static final byte[] LOSSLESS_ALPHA =
      decoded(
          "UklGRkQAAABXRUJQVlA4TDcAAAAvCEABELmM6H/sohDR/4BCNpKg9Sdbj2X57ggEAikOYogFAolBHPsL"
              + "riBtAxZ3z8UmgCf0rdgvAA==");

  private static final byte[] LOSSLESS =
      decoded(
          "UklGRjwAAABXRUJQVlA4TC8AAAAvCEABALmM6H/sohDR/4BCNpKg9Sdbj2X57ggEAikOYogFAolBHPsL"
              + "HhPAQ1vxCwA=");

  private WebpCases() {}

  private static byte[] decoded(String base64) {
    return Base64.getDecoder().decode(base64);
  }

  static List<Case> all() {
    return List.of(
        good("webp/lossless", LOSSLESS, WebpCases::rgb),
        good("webp/lossless-alpha", LOSSLESS_ALPHA, WebpCases::drawn),
        good("webp/lossy", LOSSY, (y, x) -> at(LOSSY_PIXELS, 3, y, x)),
        good("webp/lossy-alpha", LOSSY_ALPHA, (y, x) -> at(LOSSY_ALPHA_PIXELS, 4, y, x)),
        good("webp/profile-and-metadata", extended(), WebpCases::rgb),
        sized("webp/turned", extended(exif()), 9, 6, (y, x) -> rgb(HEIGHT - 1 - x, y), false),
        sized("webp/animated", animated(), 10, 12, WebpCases::inTheMiddle, false),
        bad("webp/header-only", Arrays.copyOf(LOSSLESS, 12), "truncated"),
        bad("webp/half-lossless", Arrays.copyOf(LOSSLESS, 40), "truncated"),
        bad("webp/half-lossy", Arrays.copyOf(LOSSY, 40), "truncated"),
        bad("webp/huge-canvas", canvas(16_000_000, 16_000_000), "16000000×16000000 pixels: a side"),
        bad("webp/canvas-lies", canvas(6_000, 6_000), "damaged: two different sizes"),
        bad("webp/frame-outside", framed(10, 12, 8, 0), "damaged: two different sizes"),
        bad("webp/no-key-frame", noKeyFrame(), "damaged: the WebP file begins with no key frame"),
        bad("webp/damaged-codes", damaged(), "damaged"));
  }

  private static Case good(String name, byte[] file, Case.Pixels pixels) {
    return sized(name, file, HEIGHT, WIDTH, pixels, false);
  }

  private static int rgb(int y, int x) {
    return Case.pack(40 + 20 * x, 200 - 29 * y, 60 + 9 * x + 14 * y);
  }

  private static int drawn(int y, int x) {
    int alpha = 28 * x + 5 * y;
    int rgb = rgb(y, x);
    return Case.pack(
        Case.onBlack(rgb >> 16, alpha),
        Case.onBlack(rgb >> 8 & 0xff, alpha),
        Case.onBlack(rgb & 0xff, alpha));
  }

  private static int at(byte[] pixels, int channels, int y, int x) {
    int from = (y * WIDTH + x) * channels;
    int alpha = channels == 4 ? pixels[from + 3] & 0xff : 255;
    return Case.pack(
        Case.onBlack(pixels[from] & 0xff, alpha),
        Case.onBlack(pixels[from + 1] & 0xff, alpha),
        Case.onBlack(pixels[from + 2] & 0xff, alpha));
  }

  private static int inTheMiddle(int y, int x) {
    return y < 4 || x < 2 || x >= 11 ? 0 : rgb(y - 4, x - 2);
  }

  private static byte[] chunk(String type, byte[] content) {
    Bytes chunk = new Bytes().text(type).little(content.length, 4).all(content);
    return content.length % 2 == 1 ? chunk.u8(0).done() : chunk.done();
  }

  private static byte[] riff(byte[]... chunks) {
    Bytes content = new Bytes().text("WEBP");
    for (byte[] chunk : chunks) {
      content.all(chunk);
    }
    return new Bytes().text("RIFF").little(content.size(), 4).all(content.done()).done();
  }

  private static byte[] size(int height, int width) {
    return chunk(
        "VP8X", new Bytes().little(0x2e, 4).little(width - 1, 3).little(height - 1, 3).done());
  }

  private static byte[] pixels() {
    return Arrays.copyOfRange(LOSSLESS, 12, LOSSLESS.length);
  }

  private static byte[] extended(byte[]... more) {
    byte[] profile = chunk("ICCP", new byte[33]);
    return more.length == 0
        ? riff(size(HEIGHT, WIDTH), profile, pixels(), chunk("XMP ", new byte[5]))
        : riff(size(HEIGHT, WIDTH), profile, pixels(), more[0]);
  }

  private static byte[] exif() {
    Bytes tiff = new Bytes().text("MM").big(42, 2).big(8, 4).big(1, 2);
    tiff.big(0x112, 2).big(3, 2).big(1, 4).big(6, 2).big(0, 2).big(0, 4);
    return chunk("EXIF", tiff.done());
  }

  private static byte[] animated() {
    return framed(10, 12, 2, 4);
  }

  private static byte[] framed(int height, int width, int left, int top) {
    byte[] frame =
        new Bytes()
            .little(left / 2, 3)
            .little(top / 2, 3)
            .little(WIDTH - 1, 3)
            .little(HEIGHT - 1, 3)
            .little(100, 3)
            .u8(0)
            .all(pixels())
            .done();
    return riff(
        size(height, width),
        chunk("ANIM", new byte[6]),
        chunk("ANMF", frame),
        chunk("ANMF", frame));
  }

  private static byte[] canvas(int height, int width) {
    return riff(size(height, width), pixels());
  }

  private static byte[] noKeyFrame() {
    byte[] file = LOSSY.clone();
    file[23] = 1;
    return file;
  }

  private static byte[] damaged() {
    byte[] file = LOSSLESS.clone();
    Arrays.fill(file, 25, file.length, (byte) 0xff);
    return file;
  }
}
