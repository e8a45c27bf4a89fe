package dev.convoy.worker;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.Shard.PackedExample;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.language.NetworkReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Small networks and shards for tests, every value of them drawn from a seed. */
public final class TestNetworks {
  /** Images of the small networks. */
  public static final ImageShape GREY = new ImageShape(8, 8, 1);

  private TestNetworks() {}

  /** A network of these layers, in the definition language, and an output after them. */
  public static Network of(ImageShape images, int labels, String... layers) {
    return parsed(images, labels, "", layers);
  }

  /**
   * A network for images of any size from 5×5 on, of these layers and some more: 4 maps of 3×3, 6
   * of 3×3 with stride 2, global average pooling.
   */
  public static Network anySize(ImageShape images, int labels, String... layers) {
    List<String> all = new ArrayList<>(List.of(layers));
    all.add("{ conv { maps = 4, kernel = 3, activation = relu } }");
    all.add("{ conv { maps = 6, kernel = 3, stride = 2, activation = relu } }");
    all.add("{ global-pool { type = average } }");
    return parsed(
        images, labels, "input { height = any, width = any }", all.toArray(String[]::new));
  }

  /** A network of these layers, with keys before them, and an output after them. */
  public static Network parsed(ImageShape images, int labels, String keys, String... layers) {
    String list = String.join(", ", layers) + (layers.length == 0 ? "" : ", ") + "{ output { } }";
    return NetworkReader.parse(keys + "\nlayers = [ " + list + " ]", "small", "small.conf")
        .on(images, labels);
  }

  /** LeNet's layers on 8×8 pixels and 3 labels: 789 parameters. */
  public static Network lenet() {
    return of(
        GREY,
        3,
        "{ conv { maps = 4, kernel = 3, padding = same, activation = relu } }",
        "{ pool { type = max, size = 2 } }",
        "{ conv { maps = 6, kernel = 3, padding = same, activation = relu } }",
        "{ pool { type = max, size = 2 } }",
        "{ dense { units = 20, activation = relu } }");
  }

  /** A normalisation that moves and scales every channel in its own way. */
  public static Normalisation normalisation(int channels) {
    return new Normalisation(
        List.of(0.3, 0.4, 0.5).subList(0, channels), List.of(0.2, 0.3, 0.25).subList(0, channels));
  }

  /** A shard of random images with random labels. */
  public static Shard shard(ImageShape images, int labels, int examples, long seed) {
    return shard(examples(images, labels, examples, seed), images);
  }

  public static Shard shard(List<PackedExample> examples, ImageShape images) {
    return Shard.of(Shard.pack(examples.iterator(), images.size()), images.size());
  }

  /** Random images with random labels. */
  public static List<PackedExample> examples(ImageShape images, int labels, int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<PackedExample> examples = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      byte[] pixels = new byte[images.size()];
      random.nextBytes(pixels);
      examples.add(new PackedExample(random.nextInt(labels), pixels));
    }
    return Collections.unmodifiableList(examples);
  }

  /** Values between -scale and scale. */
  public static float[] values(int n, double scale, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (scale * (2 * random.nextDouble() - 1));
    }
    return values;
  }

  /** The raw bits of each value, to which -0.0 is not 0.0. */
  public static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  public static float[] minus(float[] a, float[] b) {
    float[] difference = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  /** The L2 norm. */
  public static double norm(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
