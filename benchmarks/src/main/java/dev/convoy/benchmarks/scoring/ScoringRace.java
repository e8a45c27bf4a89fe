package dev.convoy.benchmarks.scoring;

import static org.apache.spark.sql.functions.col;

import com.sun.management.OperatingSystemMXBean;
import dev.convoy.ConvoyModel;
import dev.convoy.benchmarks.workload.ExampleFile;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.ImageShape;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.RowFormat;
import dev.convoy.driver.score.Answers;
import dev.convoy.driver.score.ScorePlan;
import dev.convoy.driver.score.Scorer;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.replica.ImageBatch;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.ScoringModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Measures all systems in one JVM and one Spark session, in turn. Each system first scores the
 * whole table once without being measured, so that the time of a job has no start of a process in
 * it.
 */
public final class ScoringRace {
  private static final StructType TABLE =
      new StructType().add("id", DataTypes.LongType).add("image", DataTypes.BinaryType);

  /** Rows of a batch of the function over onnxruntime: as many as Convoy's own. */
  private static final int BATCH = 64;

  private final SparkSession session;
  private final ScoringTask task;
  private final Storage storage;
  private final Model model;
  private final ExampleFile examples;
  private final byte[][] stored;

  private ScoringRace(SparkSession session, ScoringTask task) {
    this.session = session;
    this.task = task;
    this.storage = new Storage(new Configuration());
    this.model = ModelStore.read(storage, task.model().toString());
    this.examples = ExampleFile.read(task.examples());
    this.stored = new byte[examples.size()][];
    for (int image = 0; image < stored.length; image++) {
      stored[image] = task.form().store(examples.pixels(image), shape());
    }
  }

  /**
   * Runs a task and ends the JVM.
   *
   * @param args the file of the task, JSON
   */
  public static void main(String[] args) {
    try {
      ScoringTask task = Json.read(Files.readString(Path.of(args[0])), ScoringTask.class, args[0]);
      try (SparkSession session =
          SparkSession.builder()
              .master("local[" + task.cores() + "]")
              .config("spark.ui.enabled", false)
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.local.dir", task.work().toString())
              .getOrCreate()) {
        Files.writeString(task.result(), Json.pretty(new ScoringRace(session, task).run()));
      }
    } catch (Throwable e) {
      // Every throwable, including linkage errors, must be reported, and the JVM must end.
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  private ScoringResult run() throws InterruptedException, IOException {
    writeTable();
    Map<ScoringSystem, List<Double>> rates = new EnumMap<>(ScoringSystem.class);
    Map<ScoringSystem, List<Double>> processor = new EnumMap<>(ScoringSystem.class);
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    for (int repetition = 0; repetition <= task.repetitions(); repetition++) {
      for (ScoringSystem system : task.systems()) {
        long start = System.nanoTime();
        long used = process.getProcessCpuTime();
        measure(system);
        double seconds = (System.nanoTime() - start) / 1e9;
        double micros = (process.getProcessCpuTime() - used) / 1e3 / task.rows();
        System.out.printf(Locale.ROOT, "%s: %.2f s%n", system, seconds);
        if (repetition > 0) {
          rates.computeIfAbsent(system, key -> new ArrayList<>()).add(task.rows() / seconds);
          processor.computeIfAbsent(system, key -> new ArrayList<>()).add(micros);
        }
      }
    }
    return new ScoringResult(rates, processor, equal());
  }

  private ImageShape shape() {
    return model.network().input();
  }

  private String table() {
    return task.work().resolve("table").toString();
  }

  private String output(ScoringSystem system) {
    return task.work().resolve(system.key()).toString();
  }

  /** Writes the images again and again, in four files for each core. */
  private void writeTable() {
    byte[][] images = stored;
    Dataset<Row> table =
        session
            .range(0, task.rows(), 1, 4 * task.cores())
            .map(
                (org.apache.spark.api.java.function.MapFunction<Long, Row>)
                    id -> RowFactory.create(id, images[(int) (id % images.length)]),
                Encoders.row(TABLE));
    table.write().parquet(table());
  }

  private void measure(ScoringSystem system) throws InterruptedException {
    switch (system) {
      case DECODER -> inThreads(this::decode);
      case KERNELS -> inThreads(this::pass);
      case SCORE -> score();
      case TRANSFORM ->
          ConvoyModel.load(session, task.model().toString())
              .transform(session.read().parquet(table()))
              .drop("image")
              .write()
              .mode("overwrite")
              .parquet(output(system));
      case ONNXRUNTIME -> onnxruntime();
    }
  }

  private void score() {
    ScorePlan plan =
        new ScorePlan(
            task.model().toString(),
            table(),
            output(ScoringSystem.SCORE),
            Optional.of(RowFormat.TABLE),
            "test",
            "image",
            List.of("id"),
            FitChoice.AUTO,
            Answers.AUTOMATIC,
            BatchSize.AUTOMATIC,
            ExistingOutput.OVERWRITE);
    new Scorer(session, storage, WorkListener.SILENT).run(plan);
  }

  private void onnxruntime() {
    try {
      OnnxFunction function =
          new OnnxFunction(Files.readAllBytes(task.onnx()), task.form(), shape(), BATCH);
      session
          .read()
          .parquet(table())
          .select("id", "image")
          .mapPartitions(function, Encoders.row(OnnxFunction.SCHEMA))
          .write()
          .mode("overwrite")
          .parquet(output(ScoringSystem.ONNXRUNTIME));
    } catch (IOException e) {
      throw new JobFailedException("Cannot read " + task.onnx(), e);
    }
  }

  /** A part of the rows, which one thread works on. */
  private interface Part {
    void run(long from, long to) throws BadImageException;
  }

  private void inThreads(Part part) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(task.cores());
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int core = 0; core < task.cores(); core++) {
        long from = task.rows() * core / task.cores();
        long to = task.rows() * (core + 1) / task.cores();
        running.add(
            threads.submit(
                () -> {
                  part.run(from, to);
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new JobFailedException("Cannot measure: " + e.getCause(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private void decode(long from, long to) throws BadImageException {
    ImageFitter fitter = new ImageFitter(shape(), Fit.PAD);
    for (long row = from; row < to; row++) {
      fitter.fit(stored[(int) (row % stored.length)]);
    }
  }

  private void pass(long from, long to) {
    BatchScorer scorer = new BatchScorer(ScoringModel.of(model, "benchmark"));
    int batch = BatchSize.AUTOMATIC.on(model.network());
    for (long row = from; row < to; row += batch) {
      scorer.probabilities((int) Math.min(batch, to - row), new Images(examples, row));
    }
  }

  private record Images(ExampleFile examples, long first) implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return examples.pixels((int) ((first + index) % examples.size()));
    }
  }

  /** Returns the share of the rows for which all jobs predict the same label. */
  private double equal() {
    List<ScoringSystem> jobs = task.systems().stream().filter(ScoringSystem::isJob).toList();
    Dataset<Row> same = session.range(task.rows()).toDF("id");
    for (int job = 0; job < jobs.size(); job++) {
      same =
          same.join(
              session
                  .read()
                  .parquet(output(jobs.get(job)))
                  .select(col("id"), col("prediction").cast("int").as("job" + job)),
              "id");
      if (job > 0) {
        same = same.filter(col("job" + job).equalTo(col("job0")));
      }
    }
    return same.count() / (double) task.rows();
  }
}
