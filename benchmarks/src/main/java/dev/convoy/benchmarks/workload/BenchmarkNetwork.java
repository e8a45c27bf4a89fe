package dev.convoy.benchmarks.workload;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.language.NetworkReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A network that every contender builds from the same definition. */
public enum BenchmarkNetwork {
  /** Two convolutions and a hidden layer. */
  LENET("lenet", Sizes.SMALL, 857_738),
  /** Residual blocks with batch norm. */
  RESNET_8("resnet-8", Sizes.SMALL, 78_426),
  /** More residual blocks with batch norm. */
  RESNET_20("resnet-20", Sizes.SMALL, 273_754),
  /** Depthwise convolutions. */
  MOBILE("mobile", Sizes.SMALL, 36_682),
  /** Parallel branches. */
  SMALL_INCEPTION("small-inception", Sizes.SMALL, 52_546),
  /** Residual blocks with batch norm, on large images. */
  RESNET_10("resnet-10", Sizes.LARGE, 1_235_690);

  /** Sizes of images, minibatches and datasets. */
  private enum Sizes {
    SMALL(new ImageShape(28, 28, 1), "/dev/convoy/conf/networks/", 64, 128, 5_000, 1_280),
    LARGE(new ImageShape(224, 224, 3), "/dev/convoy/benchmarks/networks/", 16, 16, 320, 64);

    private final ImageShape input;
    private final String resources;
    private final int batch;
    private final int scoringBatch;
    private final int images;
    private final int fewImages;

    Sizes(
        ImageShape input,
        String resources,
        int batch,
        int scoringBatch,
        int images,
        int fewImages) {
      this.input = input;
      this.resources = resources;
      this.batch = batch;
      this.scoringBatch = scoringBatch;
      this.images = images;
      this.fewImages = fewImages;
    }
  }

  private static final int LABELS = 10;

  /** The networks that are measured unless others are named. */
  public static final List<BenchmarkNetwork> USUAL =
      List.of(LENET, RESNET_8, SMALL_INCEPTION, RESNET_10);

  private final String key;
  private final Sizes sizes;
  private final long parameters;

  BenchmarkNetwork(String key, Sizes sizes, long parameters) {
    this.key = key;
    this.sizes = sizes;
    this.parameters = parameters;
  }

  /** Name on the command line. */
  public String key() {
    return key;
  }

  public ImageShape input() {
    return sizes.input;
  }

  public int labels() {
    return LABELS;
  }

  /** Number of parameters that every contender must build. */
  public long parameters() {
    return parameters;
  }

  /** Examples of a minibatch in training. */
  public int batch() {
    return sizes.batch;
  }

  /** Images of a forward pass in scoring. */
  public int scoringBatch() {
    return sizes.scoringBatch;
  }

  /** Images of the dataset. */
  public int images() {
    return sizes.images;
  }

  /** Images of the dataset for contenders that would need minutes for all of them. */
  public int fewImages() {
    return sizes.fewImages;
  }

  /** The text of the definition. */
  public String text() {
    String resource = sizes.resources + key + ".conf";
    try (InputStream in = BenchmarkNetwork.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("There is no " + resource + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + resource, e);
    }
  }

  /** The network with the shape of its images. */
  public Network network() {
    return NetworkReader.parse(text(), key, key + ".conf").on(input(), LABELS);
  }

  @Override
  public String toString() {
    return key;
  }
}
