package dev.convoy.driver.explain;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.Versions;
import dev.convoy.driver.explain.measure.ConvolutionStep;
import dev.convoy.driver.explain.measure.Explanation;
import dev.convoy.driver.explain.measure.Filters;
import dev.convoy.driver.explain.measure.LocalPredictor;
import dev.convoy.driver.explain.measure.Occlusion;
import dev.convoy.driver.explain.measure.Pixels;
import dev.convoy.driver.explain.measure.Predictor;
import dev.convoy.driver.explain.measure.Shifts;
import dev.convoy.driver.explain.page.Page;
import dev.convoy.driver.report.Numbers;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.FeatureMaps;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/** Explains a model on an image, as a page with pictures. */
public final class Explainer {
  private static final int REACH_PART = 7;

  private final Storage storage;
  private final Spark spark;
  private final Consumer<String> progress;

  /** Provides a Spark session, which is requested only to read a dataset. */
  public interface Spark {
    <T> T with(Function<SparkSession, T> work);
  }

  /**
   * Creates an explainer.
   *
   * @param progress receives the progress, line by line
   */
  public Explainer(Storage storage, Spark spark, Consumer<String> progress) {
    this.storage = storage;
    this.spark = spark;
    this.progress = progress;
  }

  /**
   * Measures, draws and writes an explanation.
   *
   * @throws InvalidRequestException with all faults of the request; nothing is written then
   */
  public ExplainReport run(ExplainPlan plan) {
    ExplainRequest request = ExplainRequest.open(storage, plan);
    request.image().flatMap(image -> plan.fit().note(request.model())).ifPresent(progress);
    Optional<ExplainedExamples> examples =
        request
            .data()
            .map(
                data ->
                    spark.with(
                        session ->
                            ExplainedExamples.read(session, data, plan.sample(), plan.id())));
    Explanation explanation = explain(request, examples);
    Page page = Page.of(explanation, made(explanation));
    List<String> pictures = request.output().write(page);
    return ExplainReport.of(
        explanation,
        storage.qualified(ModelStore.locate(storage, plan.model())),
        storage.qualified(request.output().page()),
        pictures);
  }

  private Explanation explain(ExplainRequest request, Optional<ExplainedExamples> examples) {
    ImageShape ofData =
        request
            .data()
            .map(data -> data.manifest().shape())
            .orElse(request.model().network().input());
    try (LocalPredictor dataPredictor = predictor(request, ofData)) {
      Explanation.Subject subject = subject(request, examples, dataPredictor);
      ImageShape own = subject.pixels().shape();
      try (LocalPredictor imagePredictor =
          own.equals(ofData) ? dataPredictor : predictor(request, own)) {
        return explain(request, examples, subject, dataPredictor, imagePredictor);
      }
    }
  }

  private static LocalPredictor predictor(ExplainRequest request, ImageShape images) {
    int threads = request.plan().nativeThreads();
    int slots = Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
    int batch = request.plan().batch().on(request.model().network());
    return new LocalPredictor(request.model(), images, slots, threads, batch);
  }

  private Explanation explain(
      ExplainRequest request,
      Optional<ExplainedExamples> examples,
      Explanation.Subject subject,
      Predictor dataPredictor,
      LocalPredictor imagePredictor) {
    Model model = request.model();
    List<FeatureMaps> layers = imagePredictor.layers(subject.pixels());
    List<Float> probabilities = new ArrayList<>();
    for (float probability : imagePredictor.probabilities(List.of(subject.pixels()))[0]) {
      probabilities.add(probability);
    }
    int label = probabilities.indexOf(probabilities.stream().max(Float::compare).orElseThrow());
    Optional<Filters> filters = Filters.of(model, imagePredictor.network());
    progress.accept("Sliding a patch over the image.");
    Occlusion occlusion =
        Occlusion.measure(
            subject.pixels(),
            label,
            Pixels.mean(model.normalisation()),
            imagePredictor,
            Occlusion.places(imagePredictor.network().multiplyAdds()));
    return new Explanation(
        model,
        imagePredictor.network(),
        subject,
        layers,
        probabilities,
        filters,
        filters.flatMap(
            known -> ConvolutionStep.of(known, subject.pixels(), model.normalisation(), layers)),
        occlusion,
        measureShifts(request, examples, subject, dataPredictor, imagePredictor));
  }

  private static Explanation.Subject subject(
      ExplainRequest request, Optional<ExplainedExamples> examples, Predictor predictor) {
    if (request.image().isPresent()) {
      return new Explanation.Subject(
          lastName(request.plan().image().orElseThrow()), request.image().get(), Optional.empty());
    }
    ExplainedExamples given = examples.orElseThrow();
    Example chosen = given.chosen().orElseGet(() -> typical(given.sample(), predictor));
    return new Explanation.Subject(
        "example " + chosen.id() + " of " + lastName(request.data().orElseThrow().directory()),
        chosen.pixels(),
        Optional.of(chosen.label()));
  }

  /**
   * Returns a correctly predicted example at the lower third by confidence: the prediction is
   * confident, but can still change. If no prediction is correct, all examples count.
   */
  static Example typical(List<Example> sample, Predictor predictor) {
    float[][] rows = predictor.probabilities(sample.stream().map(Example::pixels).toList());
    List<Integer> right = new ArrayList<>();
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      all.add(i);
      if (Predictor.best(rows[i]) == sample.get(i).label()) {
        right.add(i);
      }
    }
    List<Integer> candidates = right.isEmpty() ? all : right;
    candidates.sort(Comparator.comparing(i -> rows[i][Predictor.best(rows[i])]));
    return sample.get(candidates.get(candidates.size() / 3));
  }

  private Explanation.ShiftEffect measureShifts(
      ExplainRequest request,
      Optional<ExplainedExamples> examples,
      Explanation.Subject subject,
      Predictor dataPredictor,
      Predictor imagePredictor) {
    List<Explanation.View> views =
        views(subject.pixels(), reach(request.plan(), subject.pixels().shape()), imagePredictor);
    if (examples.isEmpty()) {
      return new Explanation.ShiftEffect(Optional.empty(), request.noData() + ".", views);
    }
    List<Pixels> images = examples.get().sample().stream().map(Example::pixels).toList();
    progress.accept("Shifting " + Numbers.count(images.size(), "image") + ".");
    Shifts shifts =
        Shifts.measure(
            images,
            reach(request.plan(), images.get(0).shape()),
            dataPredictor,
            (done, of) -> progress.accept("  " + done + " of " + of + " shifts"));
    String sample =
        Numbers.count(images.size(), "example")
            + " of the "
            + examples.get().split().key()
            + " split of "
            + lastName(request.data().orElseThrow().directory());
    return new Explanation.ShiftEffect(Optional.of(shifts), sample, views);
  }

  private static int reach(ExplainPlan plan, ImageShape shape) {
    return plan.reach().orElse(Math.max(1, Math.min(shape.height(), shape.width()) / REACH_PART));
  }

  private static List<Explanation.View> views(Pixels image, int reach, Predictor predictor) {
    int[][] shifts = {{0, -reach}, {-reach, 0}, {0, 0}, {reach, 0}, {0, reach}};
    List<Explanation.View> views = new ArrayList<>();
    for (int[] shift : shifts) {
      Pixels moved = image.shifted(shift[0], shift[1], image.background());
      float[] row = predictor.probabilities(List.of(moved))[0];
      int label = Predictor.best(row);
      views.add(new Explanation.View(shift[0], shift[1], moved, label, row[label]));
    }
    return views;
  }

  private static String lastName(String path) {
    String trimmed = path.replaceAll("/+$", "");
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  private static String made(Explanation explanation) {
    String dataset = explanation.model().provenance().path("dataset").asText("");
    return "Made by convoy explain, Convoy "
        + Versions.convoy()
        + (dataset.isEmpty()
            ? ""
            : ". SHA-256 of the dataset that the model was trained on: " + dataset)
        + ". This page holds all of its pictures; they lie as PNG files in pictures/ beside it.";
  }
}
