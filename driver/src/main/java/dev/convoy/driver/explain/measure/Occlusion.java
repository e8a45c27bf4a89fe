package dev.convoy.driver.explain.measure;

import dev.convoy.data.ImageShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures which pixels decide the label (Zeiler and Fergus, Visualizing and understanding
 * convolutional networks, 2014). A square patch of one colour slides over the image, and the fall
 * of the label's probability is recorded at each position.
 *
 * <p>With {@code p} the probability of the label for the whole image and {@code p_k} for the image
 * with its {@code k}-th patch covered, the value of a pixel is the mean of {@code p − p_k} over the
 * patches that cover it. A pixel above 0 is evidence for the label.
 */
public final class Occlusion {
  /** Largest number of patch positions along one axis. */
  public static final int MAX_PLACES = 28;

  private static final int MIN_PLACES = 8;

  /** Multiply-adds of all passes together: about a minute on two cores. */
  private static final double MAX_MULTIPLY_ADDS = 1e12;

  private final ImageShape shape;
  private final int side;
  private final int stride;
  private final double[] sums;
  private final int[] patches;
  private Patch worst;

  /**
   * The results of one patch position.
   *
   * @param drop fall of the label's probability: {@code p − p_k}
   * @param probability remaining probability of the label: {@code p_k}
   * @param prediction label that is predicted with the patch
   */
  public record Patch(int top, int left, double drop, double probability, int prediction) {}

  private Occlusion(ImageShape shape, int places) {
    this.shape = shape;
    int shorter = Math.min(shape.height(), shape.width());
    int longer = Math.max(shape.height(), shape.width());
    this.side = Math.max(1, (int) Math.round(shorter / 6.0));
    this.stride = Math.max(1, (longer - side + places - 2) / (places - 1));
    this.sums = new double[shape.plane()];
    this.patches = new int[shape.plane()];
  }

  /**
   * Slides the patch over an image.
   *
   * @param label label whose probability is measured
   * @param fill colour of the patch, one value for each channel
   * @param places largest number of positions along one axis, at least 2
   */
  public static Occlusion measure(
      Pixels image, int label, List<Integer> fill, Predictor predictor, int places) {
    Occlusion occlusion = new Occlusion(image.shape(), places);
    double whole = predictor.probabilities(List.of(image))[0][label];
    int side = occlusion.side;
    List<Integer> lefts = places(image.shape().width(), side, occlusion.stride);
    for (int top : places(image.shape().height(), side, occlusion.stride)) {
      List<Pixels> covered = new ArrayList<>();
      lefts.forEach(left -> covered.add(image.covered(top, left, side, side, fill)));
      float[][] rows = predictor.probabilities(covered);
      for (int i = 0; i < rows.length; i++) {
        occlusion.add(
            new Patch(
                top,
                lefts.get(i),
                whole - rows[i][label],
                rows[i][label],
                Predictor.best(rows[i])));
      }
    }
    return occlusion;
  }

  /**
   * Returns the number of positions along one axis. It falls with the multiply-adds of the network
   * for one image, so that all passes together take about a minute.
   */
  public static int places(long multiplyAdds) {
    double affordable = Math.sqrt(MAX_MULTIPLY_ADDS / Math.max(1, multiplyAdds));
    return (int) Math.max(MIN_PLACES, Math.min(MAX_PLACES, affordable));
  }

  /** Returns the positions from 0 in steps of the stride, and the last one inside the image. */
  private static List<Integer> places(int extent, int side, int stride) {
    List<Integer> places = new ArrayList<>();
    for (int place = 0; place < extent - side; place += stride) {
      places.add(place);
    }
    places.add(extent - side);
    return places;
  }

  private void add(Patch patch) {
    for (int row = patch.top; row < patch.top + side; row++) {
      for (int column = patch.left; column < patch.left + side; column++) {
        sums[row * shape.width() + column] += patch.drop;
        patches[row * shape.width() + column]++;
      }
    }
    worst = worst == null || patch.drop > worst.drop ? patch : worst;
  }

  public ImageShape shape() {
    return shape;
  }

  /** Returns the side of the patch in pixels, about a sixth of the shorter side of the image. */
  public int side() {
    return side;
  }

  /** Returns the distance between neighbouring positions, in pixels. */
  public int stride() {
    return stride;
  }

  /** Returns the mean fall of the probability over the patches that cover a pixel, from -1 to 1. */
  public double drop(int row, int column) {
    int pixel = row * shape.width() + column;
    return sums[pixel] / patches[pixel];
  }

  /** Returns the position where the probability falls most; the first of several equal ones. */
  public Patch worst() {
    return worst;
  }
}
