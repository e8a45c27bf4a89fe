package dev.convoy.driver.quantize;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.evaluate.EvaluateReport;
import dev.convoy.driver.evaluate.Evaluator;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelQuantization;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.inference.InferenceForm;
import dev.convoy.worker.network.inference.Quantization.Range;
import dev.convoy.worker.program.Programs;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.ScoringModel;
import dev.convoy.worker.scoring.ScoringPrecision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Makes a model one that scores in integers of 8 bits.
 *
 * <p>The ranges of all values are measured over images of the train split. Then the accuracy is
 * measured in both precisions. If more is lost than the plan accepts, the first and the last layer
 * with weights compute in float32, and it is measured again.
 */
public final class Quantizer {
  private static final int BATCH = 64;

  private final SparkSession session;
  private final Storage storage;
  private final BatchSize evaluationBatch;

  /**
   * Creates a quantizer.
   *
   * @param evaluationBatch examples of a forward pass where accuracy is measured
   */
  public Quantizer(SparkSession session, Storage storage, BatchSize evaluationBatch) {
    this.session = session;
    this.storage = storage;
    this.evaluationBatch = evaluationBatch;
  }

  /**
   * Checks everything that needs no Spark.
   *
   * @throws InvalidRequestException with all faults
   */
  public static void check(Storage storage, QuantizePlan plan) {
    Problems problems = new Problems();
    try {
      Model model = ModelStore.read(storage, plan.model());
      checkLayers(model, plan, problems);
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
    }
    try {
      ImageDataset.open(storage, plan.data());
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
    }
    checkOutput(storage, plan, problems);
    problems.refuseIfAny("Cannot quantize");
  }

  private static void checkLayers(Model model, QuantizePlan plan, Problems problems) {
    Network folded = folded(model).network();
    Optional<String> reason = Programs.whyNotIn(folded, Precision.INT8);
    if (reason.isPresent()) {
      problems.add("--model " + plan.model(), "cannot compute in int8: " + reason.get());
      return;
    }
    List<String> layers = Programs.layersWithWeights(folded);
    for (String layer : plan.float32Layers()) {
      if (!layers.contains(layer)) {
        problems.add(
            "--float32-layers " + layer,
            "is no layer with weights (they are " + String.join(", ", layers) + ")");
      }
    }
  }

  private static void checkOutput(Storage storage, QuantizePlan plan, Problems problems) {
    String place = "--output " + plan.output();
    if (!storage.exists(plan.output())) {
      return;
    }
    if (storage.qualified(plan.output()).equals(storage.qualified(plan.model()))) {
      problems.add(place, "is the model that is quantized: name another directory");
    } else if (!storage.isDirectory(plan.output())) {
      problems.add(place, "is a file: name a directory");
    } else if (!storage.names(plan.output()).stream().allMatch(ModelStore::isOwn)) {
      problems.add(place, "holds other files than a model: name another directory");
    } else if (plan.existing() == ExistingOutput.KEEP && !storage.names(plan.output()).isEmpty()) {
      problems.add(place, "exists already: name another directory, or add --overwrite");
    }
  }

  private static InferenceForm folded(Model model) {
    return InferenceForm.fold(model.network(), model.tensors(), model.parameters());
  }

  /**
   * Quantizes a model and writes it.
   *
   * @throws InvalidRequestException if the dataset does not fit the model
   * @throws JobFailedException if more accuracy is lost than the plan accepts; nothing is written
   *     then, and the message names the layer that loses most
   */
  public QuantizeReport run(QuantizePlan plan) {
    check(storage, plan);
    Model model = ModelStore.read(storage, plan.model());
    ImageDataset data = ImageDataset.open(storage, plan.data());
    EvaluateReport exact = evaluate(model, data, plan.split(), ScoringPrecision.FLOAT32);
    List<byte[]> images = images(data, plan.images());
    Map<String, Range> ranges = ranges(model, images);
    List<String> layers = Programs.layersWithWeights(folded(model).network());

    Trial trial = new Trial(model, data, plan, exact, ranges, images.size());
    ModelQuantization found = trial.with(plan.float32Layers());
    if (found.lostPoints() > plan.mostLoss()) {
      List<String> kept = new ArrayList<>(plan.float32Layers());
      kept.add(layers.get(0));
      kept.add(layers.get(layers.size() - 1));
      ModelQuantization ends = trial.with(kept);
      if (ends.lostPoints() > plan.mostLoss()) {
        throw tooMuchLost(trial, found, ends, layers);
      }
      found = ends;
    }
    ModelStore.write(storage, plan.output(), model.quantized(found));
    return QuantizeReport.of(
        storage.qualified(plan.model()),
        storage.qualified(plan.output()),
        found,
        Programs.integerLayers(folded(model).network(), found.values()),
        layers);
  }

  private EvaluateReport evaluate(
      Model model, ImageDataset data, Split split, ScoringPrecision precision) {
    return new Evaluator(session, evaluationBatch, precision).run(model, data, split);
  }

  /** Returns images of the train split, always the same ones. */
  private List<byte[]> images(ImageDataset data, int most) {
    return data
        .requireSplit(session, Split.TRAIN)
        .select(col("id"), col("image"))
        .orderBy(xxhash64(col("id")), col("id"))
        .limit(most)
        .collectAsList()
        .stream()
        .map((Row row) -> (byte[]) row.getAs("image"))
        .toList();
  }

  private static Map<String, Range> ranges(Model model, List<byte[]> images) {
    String job = "quantize-" + UUID.randomUUID();
    BatchScorer scorer = new BatchScorer(ScoringModel.of(model, job));
    Map<String, Range> ranges = new TreeMap<>();
    try {
      for (int first = 0; first < images.size(); first += BATCH) {
        List<byte[]> batch = images.subList(first, Math.min(images.size(), first + BATCH));
        scorer
            .ranges(batch.size(), batch::get)
            .forEach((name, range) -> ranges.merge(name, range, Range::union));
      }
    } finally {
      NetworkPool.ofThisJvm().release(job);
    }
    return ranges;
  }

  /** Measures what a choice of layers costs. */
  private final class Trial {
    private final Model model;
    private final ImageDataset data;
    private final QuantizePlan plan;
    private final EvaluateReport exact;
    private final Map<String, Range> ranges;
    private final int images;

    Trial(
        Model model,
        ImageDataset data,
        QuantizePlan plan,
        EvaluateReport exact,
        Map<String, Range> ranges,
        int images) {
      this.model = model;
      this.data = data;
      this.plan = plan;
      this.exact = exact;
      this.ranges = ranges;
      this.images = images;
    }

    ModelQuantization with(Collection<String> float32Layers) {
      SortedSet<String> kept = new TreeSet<>(float32Layers);
      Model quantized = model.quantized(quantization(kept, 0));
      double accuracy = evaluate(quantized, data, plan.split(), ScoringPrecision.INT8).accuracy();
      return quantization(kept, accuracy);
    }

    private ModelQuantization quantization(SortedSet<String> kept, double accuracy) {
      return new ModelQuantization(
          ranges, kept, images, plan.split().key(), exact.examples(), exact.accuracy(), accuracy);
    }
  }

  private static JobFailedException tooMuchLost(
      Trial trial, ModelQuantization all, ModelQuantization ends, List<String> layers) {
    String worst = layers.get(0);
    double most = Double.NEGATIVE_INFINITY;
    for (String layer : layers) {
      List<String> others = layers.stream().filter(other -> !other.equals(layer)).toList();
      double lost = trial.with(others).lostPoints();
      if (lost > most) {
        most = lost;
        worst = layer;
      }
    }
    return new JobFailedException(
        String.format(
            Locale.ROOT,
            "Cannot quantize the model: int8 loses %.2f points of accuracy on the %s split, %.2f"
                + " with %s and %s in float32, and at most %s may be lost; %s alone loses %.2f"
                + " (add --float32-layers %s, or accept more with --most-loss)",
            all.lostPoints(),
            all.split(),
            ends.lostPoints(),
            layers.get(0),
            layers.get(layers.size() - 1),
            trial.plan.mostLoss(),
            worst,
            most,
            worst));
  }
}
