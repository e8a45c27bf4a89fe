package dev.convoy.data.image.corpus;

import java.util.ArrayList;
import java.util.List;

/** Good and bad image files of all formats, each with its expected outcome. */
public final class ImageCorpus {
  private static final String NO_IMAGE = "not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image";

  private ImageCorpus() {}

  /** Returns all files. */
  public static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    cases.addAll(PngCases.all());
    cases.addAll(JpegCases.all());
    cases.addAll(GifCases.all());
    cases.addAll(BmpCases.all());
    cases.addAll(TiffCases.all());
    cases.addAll(WebpCases.all());
    cases.addAll(PnmCases.all());
    cases.add(Case.bad("other/empty", new byte[0], "the file is empty"));
    cases.add(Case.bad("other/one-byte", new byte[1], NO_IMAGE));
    cases.add(Case.bad("other/text", new Bytes().text("PNG, I promise\n").done(), NO_IMAGE));
    cases.add(Case.bad("other/page", new Bytes().text("<!DOCTYPE html><html>").done(), NO_IMAGE));
    cases.add(Case.bad("other/icon", new Bytes().u8(0, 0, 1, 0, 1, 0, 16, 16).done(), NO_IMAGE));
    cases.add(
        Case.bad(
            "other/riff", new Bytes().text("RIFF").little(4, 4).text("WAVE").done(), NO_IMAGE));
    return cases;
  }
}
