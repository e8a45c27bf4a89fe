package dev.convoy.data.image;

import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The scan lines of a PNG file that is not interlaced: inflated and unfiltered, one after the
 * other, so that two lines are in memory and never the whole image (Portable Network Graphics
 * specification, third edition, sections 9 and 10).
 */
final class PngLines implements AutoCloseable {
  /** A part of the file that holds compressed data. */
  record Part(int from, int length) {}

  private final byte[] encoded;
  private final List<Part> parts;
  private final int pixelBytes;
  private final Inflater inflater = new Inflater();
  private final byte[] filter = new byte[1];
  private byte[] line;
  private byte[] above;
  private int part;
  private int next;

  /**
   * Starts before the first line.
   *
   * @param lineBytes bytes of a line, without the one that names its filter
   * @param pixelBytes distance from a byte to that of the pixel on its left; 1 for smaller pixels
   */
  PngLines(byte[] encoded, List<Part> parts, int lineBytes, int pixelBytes) {
    this.encoded = encoded;
    this.parts = parts;
    this.pixelBytes = pixelBytes;
    this.line = new byte[lineBytes];
    this.above = new byte[lineBytes];
  }

  /**
   * Returns a line. Lines are read in order; an earlier one than the last is found by starting
   * again.
   *
   * @return an array that the next call overwrites
   */
  byte[] line(int number) throws BadImageException {
    if (number < next - 1) {
      restart();
    }
    while (next <= number) {
      readNext();
    }
    return line;
  }

  private void restart() {
    inflater.reset();
    java.util.Arrays.fill(line, (byte) 0);
    part = 0;
    next = 0;
  }

  private void readNext() throws BadImageException {
    byte[] older = above;
    above = line;
    line = older;
    inflate(filter);
    inflate(line);
    unfilter();
    next++;
  }

  private void inflate(byte[] bytes) throws BadImageException {
    int read = 0;
    while (read < bytes.length) {
      if (inflater.needsInput() && part < parts.size()) {
        Part input = parts.get(part++);
        inflater.setInput(encoded, input.from, input.length);
      }
      int more = inflate(bytes, read);
      if (more == 0 && (!inflater.needsInput() || part == parts.size())) {
        throw new BadImageException("damaged: its compressed data end in row " + next);
      }
      read += more;
    }
  }

  private int inflate(byte[] bytes, int from) throws BadImageException {
    try {
      return inflater.inflate(bytes, from, bytes.length - from);
    } catch (DataFormatException e) {
      throw new BadImageException("damaged: its compressed data are invalid in row " + next, e);
    }
  }

  private void unfilter() throws BadImageException {
    switch (filter[0]) {
      case 0 -> {}
      case 1 -> addLeft();
      case 2 -> addAbove();
      case 3 -> addAverage();
      case 4 -> addPaeth();
      default ->
          throw new BadImageException("damaged: unknown filter " + filter[0] + " in row " + next);
    }
  }

  private void addLeft() {
    for (int i = pixelBytes; i < line.length; i++) {
      line[i] += line[i - pixelBytes];
    }
  }

  private void addAbove() {
    for (int i = 0; i < line.length; i++) {
      line[i] += above[i];
    }
  }

  private void addAverage() {
    for (int i = 0; i < Math.min(pixelBytes, line.length); i++) {
      line[i] += (byte) ((above[i] & 0xff) >> 1);
    }
    for (int i = pixelBytes; i < line.length; i++) {
      line[i] += (byte) (((line[i - pixelBytes] & 0xff) + (above[i] & 0xff)) >> 1);
    }
  }

  private void addPaeth() {
    for (int i = 0; i < Math.min(pixelBytes, line.length); i++) {
      line[i] += above[i];
    }
    for (int i = pixelBytes; i < line.length; i++) {
      int left = line[i - pixelBytes] & 0xff;
      int up = above[i] & 0xff;
      int corner = above[i - pixelBytes] & 0xff;
      line[i] += (byte) paeth(left, up, corner);
    }
  }

  /** Returns the neighbour that is nearest to {@code left + up − corner}. */
  private static int paeth(int left, int up, int corner) {
    int toLeft = Math.abs(up - corner);
    int toUp = Math.abs(left - corner);
    int toCorner = Math.abs(left + up - 2 * corner);
    int nearest = toUp <= toCorner ? up : corner;
    return toLeft <= toUp && toLeft <= toCorner ? left : nearest;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
