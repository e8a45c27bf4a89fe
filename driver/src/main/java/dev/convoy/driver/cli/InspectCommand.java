package dev.convoy.driver.cli;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.DatasetText;
import dev.convoy.driver.report.ModelText;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.NetworkSummary;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = "Shows a dataset, a network or a model as a table. Needs no Spark.")
final class InspectCommand extends ConvoyCommand {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,5})[x×](\\d{1,5})[x×]([13])");

  @Parameters(
      paramLabel = "WHAT",
      description = "A dataset's directory, a model's directory, or a network's name or file.")
  private String what;

  @Option(
      names = "--input",
      paramLabel = "HxWxC",
      description =
          "Image shape for a network that declares none: height, width, channels (default:"
              + " 28x28x1).")
  private String input = "28x28x1";

  @Option(names = "--labels", paramLabel = "N", description = "Labels for a network (default: 10).")
  private int labels = 10;

  @Override
  void run(Console console) {
    Problems problems = new Problems();
    settings(problems);
    Matcher shape = SHAPE.matcher(input);
    if (!shape.matches()) {
      problems.add("--input " + input, "must be HEIGHTxWIDTHxCHANNELS, such as 28x28x1");
    }
    if (labels < 1) {
      problems.add("--labels " + labels, "must be at least 1");
    }
    problems.refuseIfAny("Cannot inspect " + what);
    Storage storage = storage();
    if (ImageDataset.isDataset(storage, what)) {
      ImageDataset data = ImageDataset.open(storage, what);
      console.result(DatasetText.describe(data.manifest()), DatasetText.json(data.manifest()));
      return;
    }
    String model = modelDirectory(storage);
    if (!model.isEmpty()) {
      Model trained = ModelStore.read(storage, model);
      console.result(ModelText.describe(trained), ModelText.json(trained));
      return;
    }
    if (!NetworkLocator.isNetwork(what)) {
      throw new InvalidRequestException(
          "Cannot inspect "
              + what
              + ": it is no dataset (manifest.json), no model (model.json), no definition file,"
              + " and no network by name ("
              + String.join(", ", NetworkLocator.names())
              + ")");
    }
    NetworkDefinition definition = NetworkLocator.read(what);
    ImageShape images = definition.input().like(shapeOf(shape));
    if (definition.input().shape().isEmpty()) {
      console.progress(
          "The network follows its dataset; shown on images of " + images + " (--input HxWxC).");
    }
    NetworkSummary summary = NetworkSummary.of(definition.on(images, labels));
    console.result(summary.toText(), summary);
  }

  private static ImageShape shapeOf(Matcher shape) {
    return new ImageShape(
        Math.max(1, Integer.parseInt(shape.group(1))),
        Math.max(1, Integer.parseInt(shape.group(2))),
        Integer.parseInt(shape.group(3)));
  }

  /** The model itself, or the model of a run; empty where it is neither. */
  private String modelDirectory(Storage storage) {
    if (ModelStore.isModel(storage, what)) {
      return what;
    }
    String ofRun = Storage.join(what, "model");
    return ModelStore.isModel(storage, ofRun) ? ofRun : "";
  }
}
