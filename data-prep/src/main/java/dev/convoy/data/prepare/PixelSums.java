package dev.convoy.data.prepare;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums of the pixels of each channel and of their squares, as whole numbers, so the order of
 * addition cannot change a bit. A channel of up to 1.4·10^14 pixels fits.
 */
final class PixelSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ImageShape shape;
  private final long[] sums;
  private final long[] squares;
  private long images;

  PixelSums(ImageShape shape) {
    this.shape = shape;
    this.sums = new long[shape.channels()];
    this.squares = new long[shape.channels()];
  }

  /** Adds one image of C·H·W bytes. */
  void add(byte[] image) {
    for (int c = 0; c < sums.length; c++) {
      long sum = 0;
      long square = 0;
      for (int i = c * shape.plane(); i < (c + 1) * shape.plane(); i++) {
        long pixel = image[i] & 0xff;
        sum += pixel;
        square += pixel * pixel;
      }
      sums[c] = Math.addExact(sums[c], sum);
      squares[c] = Math.addExact(squares[c], square);
    }
    images++;
  }

  void add(PixelSums other) {
    for (int c = 0; c < sums.length; c++) {
      sums[c] = Math.addExact(sums[c], other.sums[c]);
      squares[c] = Math.addExact(squares[c], other.squares[c]);
    }
    images += other.images;
  }

  /**
   * Returns the normalisation. With {@code n} pixels, sum {@code s} and sum of squares {@code q} of
   * a channel, the mean is {@code s/255n} and the population standard deviation {@code √(nq −
   * s²)/255n}.
   */
  Normalisation normalisation() {
    BigInteger n = BigInteger.valueOf(images).multiply(BigInteger.valueOf(shape.plane()));
    BigDecimal unit = new BigDecimal(n.multiply(BigInteger.valueOf(255)));
    List<Double> mean = new ArrayList<>();
    List<Double> std = new ArrayList<>();
    for (int c = 0; c < sums.length; c++) {
      BigInteger sum = BigInteger.valueOf(sums[c]);
      BigInteger spread = n.multiply(BigInteger.valueOf(squares[c])).subtract(sum.multiply(sum));
      mean.add(new BigDecimal(sum).divide(unit, MathContext.DECIMAL64).doubleValue());
      BigDecimal root = new BigDecimal(spread).sqrt(MathContext.DECIMAL64);
      std.add(root.divide(unit, MathContext.DECIMAL64).doubleValue());
    }
    return new Normalisation(mean, std);
  }
}
