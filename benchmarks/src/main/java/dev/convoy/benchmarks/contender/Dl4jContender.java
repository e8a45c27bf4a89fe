package dev.convoy.benchmarks.contender;

import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.ExampleFile;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Timeline;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.data.ImageShape;
import dev.convoy.data.JobFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J without Spark: {@code ComputationGraph.fit} and {@code output} on batches that are ready in
 * native memory.
 */
public record Dl4jContender(Arrangement arrangement) implements Contender {
  private record Batch(INDArray images, INDArray labels, int size) {}

  @Override
  public String name() {
    return "dl4j-" + arrangement;
  }

  @Override
  public String description() {
    return "DL4J alone, processes × threads: " + arrangement;
  }

  @Override
  public Family family() {
    return Family.DL4J;
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
    // Loading ND4J raises the number of OpenMP threads of the loading thread, so another thread
    // does the work.
    Nd4j.create(1);
    FutureTask<Measurement> work = new FutureTask<>(() -> measure(workload, measure, start));
    new Thread(work, "dl4j").start();
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("Cannot wait for DL4J: interrupted", e);
    } catch (ExecutionException e) {
      throw new JobFailedException("Cannot measure DL4J: " + e.getCause(), e.getCause());
    }
  }

  private static Measurement measure(Workload workload, Measure measure, StartLine start) {
    ComputationGraph network = new ComputationGraph(PlainNetworks.of(workload));
    network.init();
    ExampleFile examples = ExampleFile.read(Path.of(workload.examples()));
    boolean training = measure == Measure.TRAINING;
    List<Batch> batches =
        batches(
            workload, examples, training ? workload.batch() : workload.network().scoringBatch());
    List<Double> losses = new ArrayList<>();
    int next = 0;
    Timeline.Recorder warmUp = new Timeline.Recorder();
    while (!warmUp.isOver(workload.warmUpSeconds())) {
      warmUp.done(work(network, batches.get(next++ % batches.size()), training, losses));
    }
    start.await();
    Timeline.Recorder recorder = new Timeline.Recorder();
    while (!recorder.isOver(workload.seconds())) {
      recorder.done(work(network, batches.get(next++ % batches.size()), training, losses));
    }
    Measurement measurement = Measurement.of(network.numParams(), List.of(recorder.timeline()));
    return training
        ? measurement.withLoss(losses.get(0), losses.get(losses.size() - 1))
        : measurement;
  }

  private static int work(
      ComputationGraph network, Batch batch, boolean training, List<Double> losses) {
    if (training) {
      network.fit(new INDArray[] {batch.images}, new INDArray[] {batch.labels});
      losses.add(network.score());
    } else {
      network.outputSingle(batch.images).data().asFloat();
    }
    return batch.size;
  }

  private static List<Batch> batches(Workload workload, ExampleFile examples, int size) {
    ImageShape shape = workload.network().input();
    int labels = workload.network().labels();
    List<Batch> batches = new ArrayList<>();
    for (int first = 0; first + size <= examples.size(); first += size) {
      batches.add(
          new Batch(
              Nd4j.create(
                  examples.normalised(first, size),
                  size,
                  shape.channels(),
                  shape.height(),
                  shape.width()),
              Nd4j.create(examples.oneHot(first, size, labels), size, labels),
              size));
    }
    return batches;
  }
}
