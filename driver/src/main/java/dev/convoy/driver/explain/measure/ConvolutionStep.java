package dev.convoy.driver.explain.measure;

import dev.convoy.data.dataset.Normalisation;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Window;
import dev.convoy.worker.scoring.FeatureMaps;
import java.util.List;
import java.util.Optional;

/**
 * The computation of one value of a feature map: {@code H[i, j] = u + Σ V[c, a, b] · X[c, s·i + d·a
 * − p, s·j + d·b − p]} with the filter {@code V}, its bias {@code u}, the normalised image {@code
 * X}, stride {@code s}, dilation {@code d} and padding {@code p}, in double precision.
 */
public final class ConvolutionStep {
  private final Filters filters;
  private final Conv conv;
  private final FeatureMaps.Place place;
  private final Window.Axis rows;
  private final Window.Axis columns;
  private final Pixels image;
  private final float[][] tables;
  private final float output;

  private ConvolutionStep(
      Filters filters,
      Conv conv,
      FeatureMaps.Place place,
      Pixels image,
      Normalisation normalisation,
      float output) {
    this.filters = filters;
    this.conv = conv;
    this.place = place;
    Window window = conv.window().orElseThrow();
    this.rows = window.rows(filters.node().input());
    this.columns = window.columns(filters.node().input());
    this.image = image;
    byte[] bytes = image.bytes();
    this.tables = normalisation.tables(bytes, 0, bytes.length);
    this.output = output;
  }

  /**
   * Returns the computation of the largest value of the first layer whose patch is inside the
   * image.
   *
   * @param filters filters of the first layer
   * @param layers output of every node for this image
   * @return empty if the first layer is not a convolution of the image itself
   */
  public static Optional<ConvolutionStep> of(
      Filters filters, Pixels image, Normalisation normalisation, List<FeatureMaps> layers) {
    Node node = filters.node();
    if (!(node.layer() instanceof Conv conv) || node.inputs().get(0) != Node.IMAGE) {
      return Optional.empty();
    }
    FeatureMaps maps = layers.get(node.index());
    FeatureMaps.Place place = highestInside(conv, node, maps);
    return Optional.of(
        new ConvolutionStep(filters, conv, place, image, normalisation, maps.at(place)));
  }

  private static FeatureMaps.Place highestInside(Conv conv, Node node, FeatureMaps maps) {
    Window.Axis rows = conv.window().orElseThrow().rows(node.input());
    Window.Axis columns = conv.window().orElseThrow().columns(node.input());
    FeatureMaps.Place best = null;
    for (int map = 0; map < maps.shape().maps(); map++) {
      for (int row = 0; row < maps.shape().height(); row++) {
        for (int column = 0; column < maps.shape().width(); column++) {
          if (isInside(rows, row)
              && isInside(columns, column)
              && (best == null || maps.at(map, row, column) > maps.at(best))) {
            best = new FeatureMaps.Place(map, row, column);
          }
        }
      }
    }
    return best == null ? maps.highest() : best;
  }

  private static boolean isInside(Window.Axis axis, int position) {
    long start = axis.start(position);
    return start >= 0 && start + axis.extent() <= axis.input();
  }

  public Filters filters() {
    return filters;
  }

  public Conv layer() {
    return conv;
  }

  /** Returns the position of the value. */
  public FeatureMaps.Place place() {
    return place;
  }

  /** Returns the shape of the filter, which is also that of the patch. */
  public LayerShape shape() {
    return filters.shape();
  }

  /** Returns the first row of the patch in the image; below 0 in the padding. */
  public long top() {
    return rows.start(place.row());
  }

  /** Returns the first column of the patch in the image; below 0 in the padding. */
  public long left() {
    return columns.start(place.column());
  }

  /** Returns the number of image rows from the first of the patch to its last. */
  public long height() {
    return rows.extent();
  }

  /** Returns the number of image columns from the first of the patch to its last. */
  public long width() {
    return columns.extent();
  }

  /** Returns {@code X}, a normalised pixel of the patch; 0 in the padding. */
  public float pixel(int channel, int a, int b) {
    long row = top() + (long) a * rows.dilation();
    long column = left() + (long) b * columns.dilation();
    boolean inside =
        row >= 0 && row < image.shape().height() && column >= 0 && column < image.shape().width();
    return inside ? tables[channel][image.at(channel, (int) row, (int) column)] : 0;
  }

  /** Returns {@code V}, a weight of the filter. */
  public float weight(int channel, int a, int b) {
    return filters.at(place.map(), channel, a, b);
  }

  /** Returns {@code V · X} at one position of the patch. */
  public double product(int channel, int a, int b) {
    return (double) weight(channel, a, b) * pixel(channel, a, b);
  }

  /** Returns {@code Σ V · X}. */
  public double sum() {
    double sum = 0;
    for (int channel = 0; channel < shape().maps(); channel++) {
      for (int a = 0; a < shape().height(); a++) {
        for (int b = 0; b < shape().width(); b++) {
          sum += product(channel, a, b);
        }
      }
    }
    return sum;
  }

  /** Returns {@code u}. */
  public float bias() {
    return filters.bias(place.map());
  }

  /**
   * Returns the network's own output at the position: the activation function of {@code u + Σ V ·
   * X}.
   */
  public float output() {
    return output;
  }
}
