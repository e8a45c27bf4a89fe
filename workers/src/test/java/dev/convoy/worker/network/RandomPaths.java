package dev.convoy.worker.network;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Paths of layers that can be joined, one after another in every order. */
public final class RandomPaths {
  private static final String NORM = "{ norm { type = batch } }";
  private final Random random;

  private RandomPaths(long seed) {
    random = new Random(seed);
  }

  public static Network network(long seed) {
    RandomPaths paths = new RandomPaths(seed);
    List<String> layers = new ArrayList<>(paths.maps(7, 0));
    for (int i = paths.random.nextInt(5); i > 0; i--) {
      layers.add(paths.any("{ dense { units = 5, bias = %s } }".formatted(paths.bias())));
    }
    return TestNetworks.of(new ImageShape(9, 8, 3), 3, layers.toArray(String[]::new));
  }

  private List<String> maps(int count, int depth) {
    List<String> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      layers.add(any(depth < 2 && random.nextInt(4) == 0 ? block(depth + 1) : convolution()));
    }
    return layers;
  }

  /** One of three times that layer, else one that may join it. */
  private String any(String layer) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> NORM;
      case 2 ->
          "{ activation { function = %s } }".formatted(random.nextBoolean() ? "tanh" : "identity");
      case 3 -> "{ dropout { rate = 0.5 } }";
      default -> layer;
    };
  }

  private String convolution() {
    String size = "kernel = [2, 3], padding = same, bias = " + bias();
    return switch (random.nextInt(3)) {
      case 0 -> "{ conv { maps = 4, %s } }".formatted(size);
      case 1 -> "{ depthwise-conv { multiplier = 2, %s } }".formatted(size);
      default -> "{ separable-conv { maps = 3, multiplier = 2, %s } }".formatted(size);
    };
  }

  private String block(int depth) {
    String path = String.join(", ", maps(2, depth));
    String end = "{ conv { maps = 4, kernel = 1 } }";
    return random.nextBoolean()
        ? "{ inception { branches = [ [ %s ], [ %s ], [ ] ] } }"
            .formatted(path, String.join(", ", maps(2, depth)))
        : "{ residual { body = [ %s, %s, %s ], projection = [ %s ] } }"
            .formatted(path, end, any(NORM), end);
  }

  private boolean bias() {
    return random.nextBoolean();
  }
}
