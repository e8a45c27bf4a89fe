package dev.convoy.benchmarks.ceiling;

import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Timeline;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Leaf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The convolutions of a network alone, one after the other, each in its fastest memory layout.
 * Training computes their outputs and gradients without the gradient by the image; scoring computes
 * their outputs. No step of this network with these kernels can be faster; libtorch has newer
 * kernels.
 */
public record ConvolutionCeiling(Arrangement arrangement) implements Contender {
  private static final int TRIALS = 5;

  @Override
  public String name() {
    return "convolutions-" + arrangement;
  }

  @Override
  public String description() {
    return "the network's own convolutions alone, by oneDNN, each in its best memory layout,"
        + " processes × threads: "
        + arrangement;
  }

  @Override
  public Family family() {
    return Family.CEILING;
  }

  @Override
  public Set<Measure> measures() {
    return Set.of(Measure.TRAINING, Measure.SCORING);
  }

  @Override
  public int nativeThreads() {
    return arrangement.threads();
  }

  @Override
  public Measurement run(Workload workload, Measure measure, StartLine start) {
    Network network = workload.network().network();
    boolean training = measure == Measure.TRAINING;
    int batch = training ? workload.batch() : workload.network().scoringBatch();
    try (Engine engine = new Engine()) {
      List<ConvolutionPasses.Pass> passes = passes(engine, network, batch, training);
      Timeline.Recorder warmUp = new Timeline.Recorder();
      while (!warmUp.isOver(workload.warmUpSeconds())) {
        passes.forEach(ConvolutionPasses.Pass::run);
        warmUp.done(batch);
      }
      start.await();
      Timeline.Recorder recorder = new Timeline.Recorder();
      while (!recorder.isOver(workload.seconds())) {
        passes.forEach(ConvolutionPasses.Pass::run);
        recorder.done(batch);
      }
      return Measurement.of(network.parameters(), List.of(recorder.timeline()));
    }
  }

  static List<ConvolutionPasses.Pass> passes(
      Engine engine, Network network, int batch, boolean training) {
    List<ConvolutionPasses.Pass> passes = new ArrayList<>();
    for (Node node : network.nodes()) {
      Leaf leaf = node.leaf().orElse(null);
      if (leaf instanceof Conv conv) {
        List<ConvolutionPasses> candidates =
            ConvolutionPasses.inAllLayouts(engine, node, conv, batch);
        passes.add(fastest(candidates, ConvolutionPasses::forward));
        if (training) {
          passes.add(fastest(candidates, ConvolutionPasses::backwardWeights));
        }
        if (training && !node.inputs().contains(Node.IMAGE)) {
          passes.add(fastest(candidates, ConvolutionPasses::backwardData));
        }
      } else if (leaf instanceof dev.convoy.worker.network.layer.Convolution) {
        throw new IllegalArgumentException(
            "There is no ceiling for " + node.name() + " (" + leaf.kind() + ") yet");
      }
    }
    return passes;
  }

  private interface Making {
    ConvolutionPasses.Pass of(ConvolutionPasses passes);
  }

  private static ConvolutionPasses.Pass fastest(List<ConvolutionPasses> candidates, Making making) {
    ConvolutionPasses.Pass best = null;
    long bestNanos = Long.MAX_VALUE;
    for (ConvolutionPasses candidate : candidates) {
      ConvolutionPasses.Pass pass = making.of(candidate);
      pass.run();
      long fastest = Long.MAX_VALUE;
      for (int trial = 0; trial < TRIALS; trial++) {
        long begun = System.nanoTime();
        pass.run();
        fastest = Math.min(fastest, System.nanoTime() - begun);
      }
      if (fastest < bestNanos) {
        bestNanos = fastest;
        best = pass;
      }
    }
    return best;
  }
}
