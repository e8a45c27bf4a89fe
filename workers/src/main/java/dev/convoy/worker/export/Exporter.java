package dev.convoy.worker.export;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Exports models for other programs. */
public final class Exporter {
  /**
   * The largest number of parameters that fits into one array or ONNX message with its metadata.
   */
  private static final long MOST_PARAMETERS = (Integer.MAX_VALUE - (64L << 20)) / Float.BYTES;

  private final Storage storage;
  private final String convoy;

  /**
   * Creates an exporter.
   *
   * @param convoy version of Convoy that files name as their producer
   */
  public Exporter(Storage storage, String convoy) {
    this.storage = storage;
    this.convoy = convoy;
  }

  /**
   * Checks everything that a plan names, without changing anything.
   *
   * @param problems receives every fault
   * @return the model, if it can be read
   */
  public Optional<Model> check(ExportPlan plan, Problems problems) {
    if (plan.format() == ExportFormat.DL4J && plan.pixels() == InputPixels.BYTES) {
      problems.add(
          "--input-pixels bytes",
          "a DL4J network takes normalised values: leave it out, or use --format onnx ("
              + Dl4jZip.DESCRIPTION
              + " in the zip has mean and std)");
    }
    Optional<Model> model = read(plan, problems);
    if (plan.format() == ExportFormat.DL4J) {
      model
          .flatMap(read -> Dl4jLimits.refusal(read.network()))
          .ifPresent(refusal -> problems.add("--format dl4j", refusal));
    }
    checkOutput(plan, problems);
    return model;
  }

  private Optional<Model> read(ExportPlan plan, Problems problems) {
    try {
      Model model = ModelStore.read(storage, ModelStore.locate(storage, plan.model()));
      if (model.parameters().length > MOST_PARAMETERS) {
        problems.add(
            "--model " + plan.model(),
            String.format(
                Locale.ROOT,
                "has %,d parameters, and an exported file can hold %,d: train a narrower network",
                model.parameters().length,
                MOST_PARAMETERS));
      }
      return Optional.of(model);
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  private void checkOutput(ExportPlan plan, Problems problems) {
    String output = "--output " + plan.output();
    if (!storage.exists(plan.output())) {
      return;
    }
    if (storage.isDirectory(plan.output())) {
      problems.add(
          output, "is a directory: name a file in it, such as model." + suffix(plan.format()));
    } else if (plan.existing() == ExistingOutput.KEEP) {
      problems.add(output, "exists already: name another file, or add --overwrite");
    } else if (!isExported(plan.output())) {
      problems.add(
          output,
          "was not exported by Convoy, and --overwrite replaces only such files: name another file");
    }
  }

  private static String suffix(ExportFormat format) {
    return format == ExportFormat.ONNX ? "onnx" : "zip";
  }

  private boolean isExported(String file) {
    try (InputStream in = storage.open(file)) {
      byte[] head = in.readNBytes(ExportFormat.HEAD_BYTES);
      return Arrays.stream(ExportFormat.values()).anyMatch(format -> format.matches(head));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Exports a model; a reader sees the complete file or none.
   *
   * @param model the model that {@link #check} returned
   */
  public ExportReport run(ExportPlan plan, Model model) {
    return switch (plan.format()) {
      case ONNX -> {
        byte[] bytes = OnnxModel.convert(model, plan.pixels(), convoy).toByteArray();
        yield written(plan, bytes, OnnxModel.input(model, plan.pixels()), OnnxModel.output(model));
      }
      case DL4J -> written(plan, Dl4jZip.write(model), Dl4jZip.input(model), Dl4jZip.output(model));
    };
  }

  private ExportReport written(
      ExportPlan plan, byte[] bytes, ExportReport.Port input, ExportReport.Port output) {
    storage.writeAtomically(plan.output(), bytes);
    return new ExportReport(
        storage.qualified(ModelStore.locate(storage, plan.model())),
        storage.qualified(plan.output()),
        plan.format(),
        input,
        output,
        bytes.length,
        Sha256.hex(bytes));
  }
}
