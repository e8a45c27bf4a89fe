package dev.convoy.data.source;

import java.util.Iterator;

/** The images of one slice, read one by one. */
public interface RawImages extends Iterator<RawImage>, AutoCloseable {
  /**
   * Returns the next image.
   *
   * @throws BrokenSourceException if the file that contains the images is damaged from here on
   */
  @Override
  RawImage next();

  @Override
  void close();
}
