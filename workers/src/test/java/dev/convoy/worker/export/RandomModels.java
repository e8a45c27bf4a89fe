package dev.convoy.worker.export;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.replica.ImageBatch;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.ScoringModel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Models whose every parameter is drawn from a seed, and what Convoy makes of random images. */
final class RandomModels {
  private static final AtomicInteger JOBS = new AtomicInteger();
  private static final int BATCH = 100;
  private static final int PROBES = 12;
  private static final long IMAGE_SEED = 5;
  private static final int HALVINGS = 12;
  private static final double WIDE = 0.1;

  private RandomModels() {}

  /** A model of a network, its images normalised by channel. */
  static Model of(Network network, long seed) {
    List<TensorSpec> tensors = GraphBuilder.build(network, Optimizer.sgd(), 1).tensors();
    float[] parameters = new float[Math.toIntExact(network.parameters())];
    SplittableRandom random = new SplittableRandom(seed);
    for (TensorSpec spec : tensors) {
      double inputs = fanIn(network, spec);
      for (int i = 0; i < spec.length(); i++) {
        double uniform = 2 * random.nextDouble() - 1;
        parameters[Math.toIntExact(spec.offset()) + i] =
            (float)
                switch (spec.parameter()) {
                  case "gamma", "var" -> 1 + uniform / 2;
                  case "b", "beta", "mean" -> uniform / 4;
                  default -> uniform * Math.sqrt(6 / Math.max(inputs, 1));
                };
      }
    }
    List<String> labels =
        IntStream.range(0, network.labels()).mapToObj(label -> "label " + label).toList();
    return new Model(
        network,
        labels,
        TestNetworks.normalisation(network.input().channels()),
        tensors,
        parameters,
        Json.object());
  }

  /**
   * A model that says different things of different images: the weights of its output layer are
   * halved while that takes its probabilities away from 0 and 1.
   */
  static Model varied(Network network, long seed) {
    Model model = of(network, seed);
    List<byte[]> images = images(network.input(), PROBES);
    float[] best = model.parameters().clone();
    double widest = spread(probabilities(model, images));
    for (int halved = 0; halved < HALVINGS && widest < WIDE; halved++) {
      for (TensorSpec spec : model.tensors()) {
        for (int i = 0; i < spec.length() && spec.layer().equals("output"); i++) {
          model.parameters()[Math.toIntExact(spec.offset()) + i] /= 2;
        }
      }
      double spread = spread(probabilities(model, images));
      if (spread > widest) {
        widest = spread;
        best = model.parameters().clone();
      }
    }
    System.arraycopy(best, 0, model.parameters(), 0, best.length);
    return model;
  }

  private static double fanIn(Network network, TensorSpec spec) {
    LayerDefinition layer = network.node(spec.layer()).orElseThrow().layer();
    boolean ofOneMap = layer instanceof DepthwiseConv || layer instanceof SeparableConv;
    if (ofOneMap && spec.parameter().equals("W")) {
      return ((Leaf) layer).window().orElseThrow().size().area();
    }
    return spec.length() / (double) spec.shape().get(spec.shape().size() == 2 ? 1 : 0);
  }

  /** The same model on images of another size. */
  static Model at(Model model, ImageShape images) {
    return new Model(
        model.network().at(images),
        model.labels(),
        model.normalisation(),
        model.tensors(),
        model.parameters(),
        model.provenance());
  }

  /**
   * Random images, always the same: levels and gradients beside noise, so that their features
   * differ.
   */
  static List<byte[]> images(ImageShape shape, int n) {
    SplittableRandom random = new SplittableRandom(IMAGE_SEED);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      byte[] pixels = new byte[shape.size()];
      int noise = 1 + random.nextInt(255);
      int level = random.nextInt(256);
      double slope = 16 * random.nextDouble() - 8;
      for (int p = 0; p < pixels.length; p++) {
        double value = level + slope * (p % shape.width()) + random.nextInt(noise);
        pixels[p] = (byte) Math.max(0, Math.min(255, Math.round(value)));
      }
      images.add(pixels);
    }
    return images;
  }

  /** The images as Convoy normalises them, one after another. */
  static float[] normalised(Model model, List<byte[]> images) {
    ImageShape shape = model.network().input();
    float[] values = new float[images.size() * shape.size()];
    int to = 0;
    for (byte[] image : images) {
      float[][] tables = model.normalisation().tables(image, 0, image.length);
      for (int p = 0; p < image.length; p++) {
        values[to++] = tables[p / shape.plane()][Byte.toUnsignedInt(image[p])];
      }
    }
    return values;
  }

  /** What Convoy's scoring says of the images. */
  static float[][] probabilities(Model model, List<byte[]> images) {
    String job = "RandomModels " + JOBS.incrementAndGet();
    try {
      BatchScorer scorer = new BatchScorer(ScoringModel.of(model, job));
      float[][] rows = new float[images.size()][];
      for (int from = 0; from < rows.length; from += BATCH) {
        int n = Math.min(BATCH, rows.length - from);
        Part part = new Part(images.subList(from, from + n));
        System.arraycopy(scorer.probabilities(n, part), 0, rows, from, n);
      }
      return rows;
    } finally {
      NetworkPool.ofThisJvm().release(job);
    }
  }

  private record Part(List<byte[]> images) implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return images.get(index);
    }
  }

  /** The largest difference of two tables. */
  static double difference(float[][] a, float[][] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        double difference = Math.abs(a[i][j] - b[i][j]);
        largest = difference <= largest ? largest : difference;
      }
    }
    return largest;
  }

  /** How far the rows of a table differ from one another: 0 if they are all the same. */
  static double spread(float[][] rows) {
    double widest = 0;
    for (int j = 0; j < rows[0].length; j++) {
      float least = Float.MAX_VALUE;
      float most = -Float.MAX_VALUE;
      for (float[] row : rows) {
        least = Math.min(least, row[j]);
        most = Math.max(most, row[j]);
      }
      widest = Math.max(widest, most - least);
    }
    return widest;
  }
}
