package dev.convoy.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;

/**
 * The shape of every image of one dataset: {@code channels × height × width}, channel-major.
 *
 * <p>A batch of {@code n} images is a float tensor {@code (n, channels, height, width)}.
 *
 * @param height pixels, at least 1
 * @param width pixels, at least 1
 * @param channels 1 (grey) or 3 (red, green, blue)
 */
public record ImageShape(int height, int width, int channels) implements Serializable {
  public ImageShape {
    Checks.atLeast(1, height, "height");
    Checks.atLeast(1, width, "width");
    Checks.oneOf(channels, "channels", 1, 3);
  }

  /** Bytes of one stored image: one for each pixel and channel. */
  @JsonIgnore
  public int size() {
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }

  /** Pixels of one channel. */
  @JsonIgnore
  public int plane() {
    return Math.multiplyExact(height, width);
  }

  /** The notation for people: {@code 28×28×1}, height first. */
  @Override
  public String toString() {
    return height + "×" + width + "×" + channels;
  }
}
