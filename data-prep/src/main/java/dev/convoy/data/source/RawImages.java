package dev.convoy.data.source;

import java.util.Iterator;

/** The images of one slice, read while they are drawn. */
public interface RawImages extends Iterator<RawImage>, AutoCloseable {
  /**
   * The next image.
   *
   * @throws BrokenSourceException if the file that holds the images is damaged from here on
   */
  @Override
  RawImage next();

  @Override
  void close();
}
