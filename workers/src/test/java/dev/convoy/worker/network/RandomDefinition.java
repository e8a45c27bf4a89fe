package dev.convoy.worker.network;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.network.language.NetworkReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Definitions of all kinds of layers with all their keys, drawn from a seed. */
public final class RandomDefinition {
  private static final int DEEPEST = 2;

  private final Random random;

  private RandomDefinition(long seed) {
    this.random = new Random(seed);
  }

  /** The text of a definition; some do not fit the images that they are given. */
  public static String text(long seed) {
    return new RandomDefinition(seed).definition();
  }

  /** A network; empty where strides and kernels leave nothing of the images. */
  public static Optional<Network> network(long seed, ImageShape images, int labels) {
    try {
      return Optional.of(NetworkReader.parse(text(seed), "net", "net.conf").on(images, labels));
    } catch (InvalidRequestException e) {
      return Optional.empty();
    }
  }

  private String definition() {
    boolean anySize = random.nextInt(3) == 0;
    List<String> layers = new ArrayList<>(maps(0, 1 + random.nextInt(5)));
    String first = of("conv", "separable-conv");
    layers.add(
        0, "{ %s { name = first, maps = %d, %s } }".formatted(first, width(), window("kernel")));
    if (anySize || random.nextBoolean()) {
      layers.add("{ global-pool { " + pooling() + " } }");
    } else if (random.nextBoolean()) {
      layers.add("{ flatten { } }");
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      layers.add(of(dense(), anywhere(), "{ flatten { } }"));
    }
    layers.add("{ output { labelSmoothing = 0." + random.nextInt(10) + training() + " } }");
    String input = anySize ? "input { height = any, width = any }\n" : "";
    String frozen = random.nextInt(3) == 0 ? "frozen = [ first ]\n" : "";
    return input + frozen + "layers = [\n  " + String.join("\n  ", layers) + "\n]";
  }

  private List<String> maps(int depth, int count) {
    List<String> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      layers.add(onMaps(depth));
    }
    return layers;
  }

  private String onMaps(int depth) {
    return switch (random.nextInt(depth < DEEPEST ? 11 : 7)) {
      case 0, 1 -> "{ conv { maps = %d, %s%s } }".formatted(width(), window("kernel"), weights());
      case 2 ->
          "{ depthwise-conv { multiplier = %d, %s%s } }"
              .formatted(1 + random.nextInt(3), window("kernel"), weights());
      case 3 ->
          "{ separable-conv { maps = %d, multiplier = %d, %s%s } }"
              .formatted(width(), 1 + random.nextInt(2), window("kernel"), weights());
      case 4 ->
          "{ pool { %s, size = [2, 3], stride = %d, padding = %s } }"
              .formatted(pooling(), 1 + random.nextInt(2), of("same", "valid", "[1, 1]", "[0, 2]"));
      case 5 ->
          "{ norm { type = local-response, size = %d, alpha = 0.%d, beta = 0.5, k = 1.5 } }"
              .formatted(1 + 2 * random.nextInt(3), random.nextInt(10));
      case 6 -> anywhere();
      case 7, 8 ->
          "{ inception { branches = [ [ %s ], [ %s ], [ ] ] } }"
              .formatted(keepingSize(depth + 1), keepingSize(depth + 1));
      case 9 ->
          "{ residual { body = [ %s, { conv { maps = 5, kernel = 3, padding = same } } ], projection = [ { conv { maps = 5, kernel = 1, bias = false } } ], activation = %s } }"
              .formatted(keepingSize(depth + 1), activation());
      default ->
          "{ repeat { times = %d, layers = [ %s ] } }"
              .formatted(1 + random.nextInt(3), keepingSize(depth + 1));
    };
  }

  private String keepingSize(int depth) {
    return switch (random.nextInt(depth < DEEPEST ? 5 : 4)) {
      case 0 ->
          "{ conv { maps = %d, kernel = %d, padding = same%s } }"
              .formatted(width(), 1 + random.nextInt(3), weights());
      case 1 -> "{ pool { %s, size = 3, stride = 1, padding = same } }".formatted(pooling());
      case 2 -> anywhere();
      case 3 -> "{ separable-conv { maps = 3, kernel = 3, dilation = 2, padding = same } }";
      default -> "{ inception { branches = [ [ %s ], [ ] ] } }".formatted(keepingSize(depth + 1));
    };
  }

  private String anywhere() {
    return switch (random.nextInt(3)) {
      case 0 ->
          "{ norm { type = batch, decay = 0.%d, epsilon = 1e-%d } }"
              .formatted(1 + random.nextInt(9), 2 + random.nextInt(4));
      case 1 -> "{ activation { function = " + activation() + " } }";
      default -> "{ dropout { rate = 0." + random.nextInt(10) + " } }";
    };
  }

  private String dense() {
    return "{ dense { units = %d%s } }".formatted(width(), weights());
  }

  private String window(String size) {
    String dilation = random.nextInt(3) == 0 ? "dilation = [1, 2], " : "";
    return "%s = [%d, %d], stride = [%d, %d], %spadding = %s"
        .formatted(
            size,
            1 + random.nextInt(4),
            1 + random.nextInt(4),
            1 + random.nextInt(2),
            1 + random.nextInt(2),
            dilation,
            of(
                "same",
                "valid",
                "[1, 2]",
                "2",
                "{ top = 1 }",
                "{ top = 0, bottom = 1, left = 2, right = 1 }"));
  }

  private String weights() {
    return ", bias = " + random.nextBoolean() + ", activation = " + activation() + training();
  }

  private String training() {
    return switch (random.nextInt(4)) {
      case 0 -> ", initialisation = " + of("he-uniform", "glorot-uniform", "lecun-normal");
      case 1 -> ", l2 = 0.00" + random.nextInt(10);
      case 2 -> ", learningRateFactor = 0." + random.nextInt(10);
      default -> "";
    };
  }

  private String pooling() {
    return of("type = max", "type = average", "type = l2", "type = l2, exponent = 3", "type = max");
  }

  private String activation() {
    return of(
        "identity", "relu", "relu6", "leaky-relu", "elu", "sigmoid", "tanh", "softplus", "swish");
  }

  private int width() {
    return 1 + random.nextInt(7);
  }

  private String of(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
