package dev.convoy.benchmarks.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.ExampleFile;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Timeline;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.Versions;
import dev.convoy.worker.export.ExportFormat;
import dev.convoy.worker.export.ExportPlan;
import dev.convoy.worker.export.Exporter;
import dev.convoy.worker.export.InputPixels;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * onnxruntime on the file that {@code convoy export} writes of the trained model. Normalised images
 * are ready in native memory before the measurement.
 *
 * <p>It chooses the size of its batches in the warm-up: an eighth, half or all of the workload's.
 */
public record OnnxruntimeContender(Arrangement arrangement) implements Contender {
  private static final List<Integer> DIVISORS = List.of(8, 2, 1);

  @Override
  public String name() {
    return "onnxruntime-" + arrangement;
  }

  @Override
  public String description() {
    return "onnxruntime with the best of three batch sizes, processes × threads: " + arrangement;
  }

  @Override
  public Family family() {
    return Family.ONNXRUNTIME;
  }

  @Override
  public Set<Measure> measures() {
    return Set.of(Measure.SCORING);
  }

  @Override
  public int nativeThreads() {
    return arrangement.threads();
  }

  @Override
  public Measurement run(Workload workload, Measure measure, StartLine start) {
    Storage storage = new Storage(new Configuration());
    Model model = ModelStore.read(storage, workload.model());
    Path file = Path.of(workload.scratch(), "model.onnx");
    export(model, workload.model(), file);
    ExampleFile examples = ExampleFile.read(Path.of(workload.examples()));
    FloatBuffer images = images(examples);
    try (OnnxNetwork network = new OnnxNetwork(file, arrangement.threads())) {
      Batches best = null;
      double highest = 0;
      for (int divisor : DIVISORS) {
        int size = Math.max(1, workload.network().scoringBatch() / divisor);
        Batches batches = Batches.of(network, images, size, model.network().input());
        double rate = batches.warmUp(network, workload.warmUpSeconds() / DIVISORS.size());
        if (rate > highest) {
          highest = rate;
          best = batches;
        }
      }
      start.await();
      return Measurement.of(
              model.parameters().length, List.of(best.score(network, workload.seconds())))
          .withBatch(best.size);
    }
  }

  /** Writes the file as {@code convoy export} does. */
  static void export(Model model, String directory, Path file) {
    new Exporter(new Storage(new Configuration()), Versions.convoy())
        .run(
            new ExportPlan(
                directory,
                ExportFormat.ONNX,
                InputPixels.NORMALISED,
                file.toString(),
                ExistingOutput.KEEP),
            model);
  }

  /** Returns all examples in native memory, normalised. */
  static FloatBuffer images(ExampleFile examples) {
    int size = examples.pixels(0).length;
    FloatBuffer images =
        ByteBuffer.allocateDirect(Math.multiplyExact(examples.size() * Float.BYTES, size))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int image = 0; image < examples.size(); image++) {
      images.put(examples.normalised(image, 1));
    }
    return images.flip();
  }

  /** Batches of one size, in the order of the examples; a remainder is left out. */
  private record Batches(int size, List<OnnxTensor> tensors) {
    static Batches of(OnnxNetwork network, FloatBuffer images, int size, ImageShape shape) {
      List<OnnxTensor> tensors = new ArrayList<>();
      int length = size * shape.size();
      for (int from = 0; from + length <= images.limit(); from += length) {
        tensors.add(network.tensor(images.slice(from, length), size, shape));
      }
      return new Batches(size, List.copyOf(tensors));
    }

    /** Returns images a second in the second half of the time. */
    double warmUp(OnnxNetwork network, double seconds) {
      score(network, seconds / 2);
      return Timeline.examplesPerSecond(List.of(score(network, seconds / 2)));
    }

    Timeline score(OnnxNetwork network, double seconds) {
      Timeline.Recorder recorder = new Timeline.Recorder();
      for (int next = 0; !recorder.isOver(seconds); next++) {
        network.probabilities(tensors.get(next % tensors.size()));
        recorder.done(size);
      }
      return recorder.timeline();
    }
  }
}
