package dev.convoy.driver.explain;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.explain.measure.Pixels;
import dev.convoy.driver.report.LabelList;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.driver.transform.ImageReader;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A plan whose inputs have been opened and checked against each other.
 *
 * @param image the image of {@link ExplainPlan#image}, fitted as the model's dataset was
 * @param data the dataset; empty only if there is an image
 * @param noData why there is no dataset, and the remedy
 */
record ExplainRequest(
    ExplainPlan plan,
    Model model,
    Optional<Pixels> image,
    Optional<ImageDataset> data,
    String noData,
    ExplainOutput output) {
  private static final String VERDICT = "Cannot explain";
  private static final String REMEDY = "name a dataset with --data DIR, as convoy prepare makes it";

  /** Longest side in pixels of images for networks that accept any size. */
  private static final int LONGEST_SIDE = 512;

  /**
   * Opens all inputs of a plan.
   *
   * @throws InvalidRequestException with all faults of the request
   */
  static ExplainRequest open(Storage storage, ExplainPlan plan) {
    Problems problems = new Problems();
    String directory = ModelStore.locate(storage, plan.model());
    Optional<Model> model = tried(problems, () -> ModelStore.read(storage, directory));
    Optional<ImageDataset> data =
        plan.data().flatMap(named -> tried(problems, () -> ImageDataset.open(storage, named)));
    String noData = REMEDY;
    if (plan.data().isEmpty() && model.isPresent()) {
      data = trainingData(storage, model.get());
      noData = data.isPresent() ? "" : missingReason(model.get()) + ": " + REMEDY;
    }
    if (plan.image().isPresent() && plan.id().isPresent()) {
      problems.add("--id " + plan.id().get(), "there is an --image too (give one of the two)");
    }
    if (model.isPresent() && data.isPresent()) {
      requireMatch(model.get(), data.get(), problems);
    }
    if (model.isPresent() && data.isEmpty() && plan.data().isEmpty() && plan.image().isEmpty()) {
      problems.add("there is no image to explain: " + noData + ", or an image with --image FILE");
    }
    Optional<Pixels> image =
        model.flatMap(
            known -> plan.image().flatMap(file -> read(storage, known, plan, file, problems)));
    if (model.isEmpty()) {
      plan.image().ifPresent(file -> requireFile(storage, file, problems));
    }
    ExplainOutput output = new ExplainOutput(storage, plan.output());
    List<String> inputs = new ArrayList<>(List.of(directory));
    data.ifPresent(dataset -> inputs.add(dataset.directory()));
    plan.image().ifPresent(inputs::add);
    output.check(plan.existing(), inputs, problems);
    problems.refuseIfAny(VERDICT);
    return new ExplainRequest(plan, model.orElseThrow(), image, data, noData, output);
  }

  private interface Opening<T> {
    T open();
  }

  private static <T> Optional<T> tried(Problems problems, Opening<T> opening) {
    try {
      return Optional.of(opening.open());
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  /** Returns the dataset that the model was trained on, if it is still there and unchanged. */
  private static Optional<ImageDataset> trainingData(Storage storage, Model model) {
    String directory = model.provenance().path("data").asText("");
    if (directory.isEmpty()) {
      return Optional.empty();
    }
    try {
      ImageDataset data = ImageDataset.open(storage, directory);
      String fingerprint = model.provenance().path("dataset").asText("");
      return data.manifest().fingerprint().equals(fingerprint)
          ? Optional.of(data)
          : Optional.empty();
    } catch (InvalidRequestException e) {
      return Optional.empty();
    }
  }

  private static String missingReason(Model model) {
    String directory = model.provenance().path("data").asText("");
    return directory.isEmpty()
        ? "the model does not record the directory of its dataset"
        : "the dataset of the model is no longer in " + Visible.of(directory);
  }

  private static void requireMatch(Model model, ImageDataset data, Problems problems) {
    String place = "--data " + data.directory();
    ImageShape shape = data.manifest().shape();
    if (!model.network().accepts().accepts(shape)) {
      problems.add(
          place,
          "its images are "
              + shape
              + " and the model takes "
              + model.network().accepts().words()
              + " (name the dataset that the model was trained on)");
    }
    if (!data.manifest().labels().equals(model.labels())) {
      problems.add(
          place,
          "its labels are "
              + LabelList.of(data.manifest().labels())
              + " and the model's are "
              + LabelList.of(model.labels())
              + " (name the dataset that the model was trained on)");
    }
  }

  private static boolean requireFile(Storage storage, String file, Problems problems) {
    long bytes = storage.size(file);
    if (bytes < 0) {
      problems.add("--image " + file, "there is no such file");
    } else if (bytes > ImageLimits.DEFAULT.encodedBytes()) {
      problems.add(
          "--image " + file,
          "it has more than " + ImageLimits.DEFAULT.encodedBytes() + " bytes (use a smaller one)");
    }
    return bytes >= 0 && bytes <= ImageLimits.DEFAULT.encodedBytes();
  }

  private static Optional<Pixels> read(
      Storage storage, Model model, ExplainPlan plan, String file, Problems problems) {
    if (!requireFile(storage, file, problems)) {
      return Optional.empty();
    }
    byte[] encoded = storage.readBytes(file);
    try {
      ImageShape shape = shapeOf(model, plan.fit(), encoded);
      model.network().at(shape);
      return Optional.of(
          new Pixels(
              shape,
              ImageReader.fitter(shape, model, plan.fit(), ImageLimits.DEFAULT).toPixels(encoded)));
    } catch (BadImageException e) {
      problems.add(
          "--image " + file, e.getMessage() + " (give an image file, such as PNG or JPEG)");
    } catch (InvalidRequestException e) {
      problems.add("--image " + file, e.getMessage());
    }
    return Optional.empty();
  }

  /** Returns the image shape of the model, or with {@link FitChoice#NONE} that of the image. */
  private static ImageShape shapeOf(Model model, FitChoice fit, byte[] encoded)
      throws BadImageException {
    ImageShape trained = model.network().input();
    if (fit != FitChoice.NONE) {
      return trained;
    }
    ImageShape natural = ImageFitter.naturalShape(encoded, ImageLimits.DEFAULT);
    ImageShape shape = new ImageShape(natural.height(), natural.width(), trained.channels());
    if (!model.network().accepts().accepts(shape)) {
      throw new InvalidRequestException(
          String.format(
              Locale.ROOT,
              "it has %s pixels, and the model takes %s (leave out --fit none)",
              natural,
              model.network().accepts().words()));
    }
    if (Math.max(shape.height(), shape.width()) > LONGEST_SIDE) {
      throw new InvalidRequestException(
          "it has "
              + natural
              + " pixels, and the model takes images of any size (scale it down to at most "
              + LONGEST_SIDE
              + " pixels a side)");
    }
    return shape;
  }
}
