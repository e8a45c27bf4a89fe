package dev.convoy.benchmarks.libtorch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
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
import dev.convoy.worker.engine.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * libtorch through DJL, as an expert would run it: normalised batches are ready in native memory
 * before the measurement.
 *
 * @param layout memory layout of arrays
 * @param precision {@code BFLOAT16}: the forward passes of training run in libtorch's {@link
 *     Autocast}
 */
public record LibtorchContender(Arrangement arrangement, Layout layout, Precision precision)
    implements Contender {
  private static final int LOSSES = 20;

  /** Creates a contender in the layout in which libtorch's convolutions are fastest. */
  public static LibtorchContender channelsLast(Arrangement arrangement) {
    return new LibtorchContender(arrangement, Layout.CHANNELS_LAST, Precision.FLOAT32);
  }

  /** Creates a contender that trains with autocast to bfloat16, in channels-last layout. */
  public static LibtorchContender bfloat16(Arrangement arrangement) {
    return new LibtorchContender(arrangement, Layout.CHANNELS_LAST, Precision.BFLOAT16);
  }

  /** Creates a contender in libtorch's default layout. */
  public static LibtorchContender contiguous(Arrangement arrangement) {
    return new LibtorchContender(arrangement, Layout.CONTIGUOUS, Precision.FLOAT32);
  }

  @Override
  public String name() {
    return "libtorch-"
        + (precision == Precision.BFLOAT16 ? "bfloat16-" : "")
        + (layout == Layout.CHANNELS_LAST ? "" : "nchw-")
        + arrangement;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "libtorch in %s layout%s, processes × threads: %s",
        layout == Layout.CHANNELS_LAST ? "channels-last" : "its default",
        precision == Precision.BFLOAT16 ? " with autocast to bfloat16" : "",
        arrangement);
  }

  @Override
  public Family family() {
    return Family.LIBTORCH;
  }

  @Override
  public Set<Measure> measures() {
    return precision == Precision.BFLOAT16
        ? Set.of(Measure.TRAINING)
        : Set.of(Measure.TRAINING, Measure.SCORING);
  }

  @Override
  public int nativeThreads() {
    return arrangement.threads();
  }

  @Override
  public Measurement run(Workload workload, Measure measure, StartLine start) {
    load(workload);
    int batch = measure == Measure.TRAINING ? workload.batch() : workload.network().scoringBatch();
    try (NDManager manager = NDManager.newBaseManager()) {
      LibtorchNetwork network =
          new LibtorchNetwork(
              manager,
              workload.network().network(),
              InitialValues.drawn(workload.seed()),
              layout,
              SamePadding.SYMMETRIC);
      ExampleFile examples = ExampleFile.read(Path.of(workload.examples()));
      List<LibtorchBatch> batches = batches(manager, workload, examples, batch);
      return measure == Measure.TRAINING
          ? train(network, batches, workload, start)
          : score(network, batches, workload, start);
    }
  }

  private void load(Workload workload) {
    String threads = String.valueOf(arrangement.threads());
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("DJL_CACHE_DIR", workload.cache());
    System.setProperty("ai.djl.pytorch.num_threads", threads);
    System.setProperty("ai.djl.pytorch.num_interop_threads", threads);
    Engine engine = Engine.getEngine("PyTorch");
    if (JniUtils.getNumThreads() != arrangement.threads()) {
      throw new JobFailedException(
          engine + " runs with " + JniUtils.getNumThreads() + " threads, not " + threads);
    }
  }

  /** Returns whole batches, in the order of the examples; a remainder is left out. */
  private List<LibtorchBatch> batches(
      NDManager manager, Workload workload, ExampleFile examples, int batch) {
    ImageShape shape = workload.network().input();
    int labels = workload.network().labels();
    List<LibtorchBatch> batches = new ArrayList<>();
    for (int first = 0; first + batch <= examples.size(); first += batch) {
      float[] images = examples.normalised(first, batch);
      float[] targets = examples.oneHot(first, batch, labels);
      batches.add(
          new LibtorchBatch(
              layout.array(manager, images, batch, shape.channels(), shape.height(), shape.width()),
              manager.create(targets, new Shape(batch, labels))));
    }
    return batches;
  }

  private Measurement train(
      LibtorchNetwork network, List<LibtorchBatch> batches, Workload workload, StartLine start) {
    LibtorchTraining training =
        new LibtorchTraining(
            network, precision, workload.learningRate(), workload.momentum(), workload.l2());
    List<Float> losses = new ArrayList<>();
    Timeline.Recorder warmUp = new Timeline.Recorder();
    while (!warmUp.isOver(workload.warmUpSeconds())) {
      LibtorchBatch batch = batches.get(losses.size() % batches.size());
      losses.add(training.step(batch));
      warmUp.done(batch.size());
    }
    start.await();
    Timeline.Recorder recorder = new Timeline.Recorder();
    while (!recorder.isOver(workload.seconds())) {
      LibtorchBatch batch = batches.get(losses.size() % batches.size());
      losses.add(training.step(batch));
      recorder.done(batch.size());
    }
    int some = Math.min(LOSSES, losses.size() / 2 + 1);
    return Measurement.of(network.stored().count(), List.of(recorder.timeline()))
        .withLoss(
            mean(losses.subList(0, some)),
            mean(losses.subList(losses.size() - some, losses.size())));
  }

  private static double mean(List<Float> losses) {
    return losses.stream().mapToDouble(Float::doubleValue).average().orElseThrow();
  }

  private static Measurement score(
      LibtorchNetwork network, List<LibtorchBatch> batches, Workload workload, StartLine start) {
    int next = 0;
    Timeline.Recorder warmUp = new Timeline.Recorder();
    while (!warmUp.isOver(workload.warmUpSeconds())) {
      warmUp.done(score(network, batches.get(next++ % batches.size())));
    }
    start.await();
    Timeline.Recorder recorder = new Timeline.Recorder();
    while (!recorder.isOver(workload.seconds())) {
      recorder.done(score(network, batches.get(next++ % batches.size())));
    }
    return Measurement.of(network.stored().count(), List.of(recorder.timeline()));
  }

  private static int score(LibtorchNetwork network, LibtorchBatch batch) {
    network.probabilities(batch.images());
    return batch.size();
  }
}
