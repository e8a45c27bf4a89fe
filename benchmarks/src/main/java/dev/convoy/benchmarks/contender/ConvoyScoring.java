package dev.convoy.benchmarks.contender;

import java.util.Collections;
import java.util.Map;
import dev.convoy.worker.program.Arithmetic;
import dev.convoy.worker.network.inference.Quantization.Range;
import dev.convoy.worker.network.inference.Quantization;
import dev.convoy.worker.engine.Precision;
import dev.convoy.benchmarks.workload.ExampleFile;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Timeline;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.replica.ImageBatch;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.ScoringModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;

/**
 * Measures the work of a task of {@code convoy score} between reading and writing: batches of
 * stored bytes through {@link BatchScorer}, in as many threads as the job would have task slots.
 */
final class ConvoyScoring {
  /** Images from which the ranges of values are taken for integers. */
  private static final int RANGE_IMAGES = 64;

  private ConvoyScoring() {}

  static Measurement run(Workload workload, int tasks, Precision precision, StartLine start) {
    Model model = ModelStore.read(new Storage(new Configuration()), workload.model());
    ExampleFile examples = ExampleFile.read(Path.of(workload.examples()));
    ScoringModel scoring = scoring(model, precision, examples);
    CountDownLatch warm = new CountDownLatch(tasks);
    CountDownLatch go = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(tasks);
    try {
      List<Future<Timeline>> running = new ArrayList<>();
      for (int task = 0; task < tasks; task++) {
        running.add(
            threads.submit(
                () -> {
                  BatchScorer scorer = new BatchScorer(scoring);
                  try {
                    scoreFor(workload.warmUpSeconds(), scorer, examples, workload);
                  } finally {
                    warm.countDown();
                  }
                  go.await();
                  return scoreFor(workload.seconds(), scorer, examples, workload);
                }));
      }
      warm.await();
      start.await();
      go.countDown();
      List<Timeline> timelines = new ArrayList<>();
      for (Future<Timeline> one : running) {
        timelines.add(one.get());
      }
      return Measurement.of(model.parameters().length, timelines);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("Cannot wait for the scoring: interrupted", e);
    } catch (ExecutionException e) {
      throw new JobFailedException("Cannot score: " + e.getCause(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static ScoringModel scoring(Model model, Precision precision, ExampleFile examples) {
    ScoringModel single = ScoringModel.of(model, "benchmark");
    if (precision != Precision.INT8) {
      return single.in(new Arithmetic(precision, Quantization.NONE));
    }
    int images = Math.min(RANGE_IMAGES, examples.size());
    Map<String, Range> ranges = new BatchScorer(single).ranges(images, new Images(examples, 0));
    return ScoringModel.of(model, "benchmark in int8")
        .in(new Arithmetic(precision, new Quantization(ranges, Collections.emptySortedSet())));
  }

  private static Timeline scoreFor(
      double seconds, BatchScorer scorer, ExampleFile examples, Workload workload) {
    int batch = workload.network().scoringBatch();
    int batches = examples.size() / batch;
    int next = 0;
    Timeline.Recorder recorder = new Timeline.Recorder();
    while (!recorder.isOver(seconds)) {
      scorer.probabilities(batch, new Images(examples, next++ % batches * batch));
      recorder.done(batch);
    }
    return recorder.timeline();
  }

  private record Images(ExampleFile examples, int first) implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return examples.pixels(first + index);
    }
  }
}
