package dev.convoy.data.source;

import java.util.Locale;

/** How the raw images lie. */
public enum InputFormat {
  /** IDX where the directory holds an IDX file of images, else a folder for each label. */
  AUTO,
  /** {@code STEM-images-idx3-ubyte[.gz]} beside {@code STEM-labels-idx1-ubyte[.gz]}. */
  IDX,
  /** {@code LABEL/…/x.png}, or {@code SPLIT/LABEL/…/x.png}. */
  FOLDER;

  /** The word on the command line and in manifests: {@code idx}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
