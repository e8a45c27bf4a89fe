package dev.convoy.driver.explain.page;

import dev.convoy.data.Checks;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;

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
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture, "png", png)) {
        throw new IllegalStateException("this Java has no PNG writer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Checks.that(files.put(name + ".png", png.toByteArray()) == null, "name", name + " twice");
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }

  /** Returns the files by name. */
  Map<String, byte[]> files() {
    return Collections.unmodifiableMap(files);
  }
}
