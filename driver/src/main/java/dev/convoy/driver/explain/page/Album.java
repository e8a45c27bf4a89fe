package dev.convoy.driver.explain.page;

import dev.convoy.data.Checks;
import dev.convoy.driver.html.Png;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pictures of a page as PNG files, in the order of the page. */
final class Album {
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  /**
   * Adds a picture.
   *
   * @param name file name without {@code .png}: letters, digits and hyphens, used once
   * @return the data URI of the picture
   */
  String add(String name, BufferedImage picture) {
    Checks.that(name.matches("[A-Za-z0-9-]+"), "name", name);
    byte[] png = Png.file(picture);
    Checks.that(files.put(name + ".png", png) == null, "name", name + " twice");
    return Png.address(png);
  }

  /** Returns the files by name. */
  Map<String, byte[]> files() {
    return Collections.unmodifiableMap(files);
  }
}
