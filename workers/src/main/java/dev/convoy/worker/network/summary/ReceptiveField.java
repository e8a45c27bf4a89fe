package dev.convoy.worker.network.summary;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.Window;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The pixels of the image that one output value of a node can depend on: a rectangle, which may
 * reach into the padding around the image.
 *
 * <p>A window of {@code k} weights, dilation {@code d}, stride {@code s} and padding {@code p}
 * before the first pixel turns fields of size {@code r}, jump {@code j} and start {@code a} into
 *
 * <pre>
 *   r' = r + (k − 1)·d·j      j' = j·s      a' = a − p·j
 * </pre>
 *
 * <p>from {@code r = j = 1} and {@code a = 0} at the image (Araujo, Norris and Sim, Computing
 * receptive fields of convolutional neural networks, Distill, 2019). Where paths are joined, the
 * field is the smallest rectangle around the fields of all of them. The values of a flat vector
 * depend on the whole image.
 *
 * @param rows extent along the height
 * @param columns extent along the width
 */
public record ReceptiveField(Axis rows, Axis columns) {

  /** Returns the fields of all nodes, in the order of {@link Network#nodes()}. */
  public static List<ReceptiveField> of(Network network) {
    ReceptiveField image = new ReceptiveField(Axis.pixels(), Axis.pixels());
    List<ReceptiveField> fields = new ArrayList<>();
    for (Node node : network.nodes()) {
      List<ReceptiveField> inputs =
          node.inputs().stream()
              .map(from -> from == Node.IMAGE ? image : fields.get(from))
              .toList();
      fields.add(node.output().flat() ? whole(network.input()) : after(node, inputs));
    }
    return fields;
  }

  private static ReceptiveField whole(ImageShape image) {
    return new ReceptiveField(Axis.whole(image.height()), Axis.whole(image.width()));
  }

  private static ReceptiveField after(Node node, List<ReceptiveField> inputs) {
    Axis rows = Axis.union(inputs.stream().map(ReceptiveField::rows).toList());
    Axis columns = Axis.union(inputs.stream().map(ReceptiveField::columns).toList());
    Optional<Window> window = node.leaf().flatMap(Leaf::window);
    return window
        .map(
            slides ->
                new ReceptiveField(
                    rows.through(slides.rows(node.input())),
                    columns.through(slides.columns(node.input()))))
        .orElseGet(() -> new ReceptiveField(rows, columns));
  }

  /** Returns {@code 5×5}, rows first. */
  @Override
  public String toString() {
    return rows.size() + "×" + columns.size();
  }

  /**
   * The receptive field along one axis: output {@code q} depends on the pixels from {@link
   * #first}{@code (q)} to {@link #last}{@code (q)}.
   *
   * @param reaches one for every distance between neighbouring fields; more than one only where
   *     joined paths of different strides have the same number of outputs
   */
  @JsonPropertyOrder({"size", "jump", "start", "centre", "even"})
  public record Axis(@JsonIgnore List<Reach> reaches) {
    public Axis {
      reaches = List.copyOf(reaches);
      Checks.that(!reaches.isEmpty(), "reaches", "there must be at least one");
    }

    static Axis pixels() {
      return new Axis(List.of(new Reach(1, 1, 0)));
    }

    static Axis whole(int extent) {
      return new Axis(List.of(new Reach(extent, 0, 0)));
    }

    static Axis union(Collection<Axis> paths) {
      Map<Long, Reach> byJump = new TreeMap<>();
      for (Axis path : paths) {
        path.reaches.forEach(reach -> byJump.merge(reach.jump, reach, Reach::union));
      }
      return new Axis(List.copyOf(byJump.values()));
    }

    Axis through(Window.Axis window) {
      return new Axis(reaches.stream().map(reach -> reach.through(window)).toList());
    }

    /** Returns the first pixel of an output's field; negative before the image. */
    public long first(long output) {
      return reaches.stream().mapToLong(reach -> reach.first(output)).min().orElseThrow();
    }

    /** Returns the last pixel of an output's field. */
    public long last(long output) {
      return reaches.stream().mapToLong(reach -> reach.last(output)).max().orElseThrow();
    }

    /** Number of pixels from the first to the last of output 0's field. */
    @JsonProperty
    public long size() {
      return last(0) - first(0) + 1;
    }

    /**
     * Distance in pixels between the fields of neighbouring outputs: 0 if every output depends on
     * the whole image, the smallest if paths differ.
     */
    @JsonProperty
    public long jump() {
      return reaches.get(0).jump;
    }

    /** The first pixel of output 0's field; negative before the image. */
    @JsonProperty
    public long start() {
      return first(0);
    }

    /** The centre of the field of output 0, where pixel {@code i} has its centre at {@code i}. */
    @JsonProperty
    public double centre() {
      return (first(0) + last(0)) / 2.0;
    }

    /** Whether all outputs have fields of one size at one distance. */
    @JsonProperty
    public boolean isEven() {
      return reaches.size() == 1;
    }
  }

  /**
   * Fields of one size at one distance from each other.
   *
   * @param size number of pixels from the first to the last, at least 1, including those that a
   *     dilated kernel or a stride larger than its kernel skips
   * @param jump distance in pixels between the fields of neighbouring outputs, at least 0
   * @param start the first pixel of output 0's field
   */
  public record Reach(long size, long jump, long start) {
    /** The limit at which sizes saturate, far beyond every image. */
    private static final long FAR = 1L << 52;

    public Reach {
      Checks.atLeast(1, size, "size");
      Checks.atLeast(0, jump, "jump");
    }

    Reach through(Window.Axis window) {
      return new Reach(
          size + times(window.extent() - 1, jump),
          times(window.stride(), jump),
          start - times(window.before(), jump));
    }

    private static long times(long a, long b) {
      return b != 0 && a > FAR / b ? FAR : a * b;
    }

    long first(long output) {
      return start + times(output, jump);
    }

    long last(long output) {
      return first(output) + size - 1;
    }

    Reach union(Reach other) {
      long from = Math.min(start, other.start);
      long to = Math.max(start + size, other.start + other.size);
      return new Reach(to - from, jump, from);
    }
  }
}
