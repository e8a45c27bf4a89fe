package dev.convoy.driver.explain.measure;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One image: unsigned bytes {@code (channels, height, width)}, channel-major. Immutable. */
public final class Pixels {
  private final ImageShape shape;
  private final byte[] bytes;

  /**
   * Creates an image.
   *
   * @param bytes C·H·W bytes; not copied
   */
  public Pixels(ImageShape shape, byte[] bytes) {
    Checks.that(bytes.length == shape.size(), "pixels", bytes.length + " for " + shape);
    this.shape = shape;
    this.bytes = bytes;
  }

  public ImageShape shape() {
    return shape;
  }

  /** Returns the bytes, which must not be modified. */
  public byte[] bytes() {
    return bytes;
  }

  /** Returns a value from 0 to 255. */
  public int at(int channel, int row, int column) {
    return bytes[index(channel, row, column)] & 0xFF;
  }

  private int index(int channel, int row, int column) {
    return (channel * shape.height() + row) * shape.width() + column;
  }

  /**
   * Returns the colour of the image's edge: the median of the outermost pixels, for each channel.
   */
  public List<Integer> background() {
    List<Integer> colour = new ArrayList<>();
    for (int channel = 0; channel < shape.channels(); channel++) {
      List<Integer> edge = new ArrayList<>();
      for (int row = 0; row < shape.height(); row++) {
        for (int column = 0; column < shape.width(); column++) {
          if (row == 0 || column == 0 || row == shape.height() - 1 || column == shape.width() - 1) {
            edge.add(at(channel, row, column));
          }
        }
      }
      edge.sort(null);
      colour.add(edge.get(edge.size() / 2));
    }
    return colour;
  }

  /** Returns the mean of a normalisation as a colour. */
  public static List<Integer> mean(Normalisation normalisation) {
    List<Integer> colour = new ArrayList<>();
    for (byte value : normalisation.nearestToMean()) {
      colour.add(value & 0xff);
    }
    return colour;
  }

  /**
   * Returns the image shifted within its frame; pixels that leave the frame are lost.
   *
   * @param down rows; negative is up
   * @param right columns; negative is left
   * @param fill colour of the pixels that enter, one value for each channel
   */
  public Pixels shifted(int down, int right, List<Integer> fill) {
    byte[] moved = new byte[bytes.length];
    for (int channel = 0; channel < shape.channels(); channel++) {
      byte outside = (byte) fill.get(channel).intValue();
      for (int row = 0; row < shape.height(); row++) {
        for (int column = 0; column < shape.width(); column++) {
          int fromRow = row - down;
          int fromColumn = column - right;
          boolean inside =
              fromRow >= 0
                  && fromRow < shape.height()
                  && fromColumn >= 0
                  && fromColumn < shape.width();
          moved[index(channel, row, column)] =
              inside ? bytes[index(channel, fromRow, fromColumn)] : outside;
        }
      }
    }
    return new Pixels(shape, moved);
  }

  /**
   * Returns the image with a rectangle of one colour over it.
   *
   * @param fill colour of the rectangle, one value for each channel
   */
  public Pixels covered(int top, int left, int rows, int columns, List<Integer> fill) {
    byte[] covered = bytes.clone();
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int row = top; row < top + rows; row++) {
        int from = index(channel, row, left);
        Arrays.fill(covered, from, from + columns, (byte) fill.get(channel).intValue());
      }
    }
    return new Pixels(shape, covered);
  }
}
