package dev.convoy.driver.mlflow;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.Versions;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.export.ExportFormat;
import dev.convoy.worker.export.ExportPlan;
import dev.convoy.worker.export.Exporter;
import dev.convoy.worker.export.InputPixels;
import dev.convoy.worker.model.Model;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of a finished run that go to the server: {@code model/}, {@code model.onnx} and {@code
 * report.html}.
 */
record MlflowArtifacts(Storage storage, String directory) {
  /** Tag with the digest of the parameters of the model that the server has. */
  private static final String MODEL = "convoy.model";

  private static final String ONNX = "model.onnx";

  /** Sends the files, unless the server has them. */
  void send(MlflowRun run, MlflowRun.Known known, TrainReport report) throws IOException {
    if (report.parametersSha256().equals(known.tags().get(MODEL))) {
      return;
    }
    String page = Storage.join(directory, RunDirectory.PAGE);
    if (run.takesArtifacts(known)) {
      for (Storage.Entry file : storage.filesBelow(report.model())) {
        run.upload(known, "model/" + file.relative(), () -> storage.open(file.path()));
      }
      sendOnnx(run, known, report);
      if (storage.exists(page)) {
        run.upload(known, RunDirectory.PAGE, () -> storage.open(page));
      }
    } else {
      run.setTag(
          "convoy.artifacts",
          "not copied, since the server does not take them for "
              + known.artifacts()
              + " (mlflow server --serve-artifacts does)");
      if (storage.exists(page)) {
        run.setTag("convoy.report", page);
      }
    }
    run.setTag("convoy.modelDirectory", report.model());
    run.setTag(MODEL, report.parametersSha256());
  }

  private void sendOnnx(MlflowRun run, MlflowRun.Known known, TrainReport report)
      throws IOException {
    Path temporary = Files.createTempDirectory("convoy-");
    Path file = temporary.resolve(ONNX);
    try {
      Exporter exporter = new Exporter(storage, Versions.convoy());
      ExportPlan plan =
          new ExportPlan(
              report.model(),
              ExportFormat.ONNX,
              InputPixels.NORMALISED,
              file.toUri().toString(),
              ExistingOutput.OVERWRITE);
      Problems problems = new Problems();
      Optional<Model> model = exporter.check(plan, problems);
      problems.refuseIfAny("Cannot export");
      exporter.run(plan, model.orElseThrow());
      run.upload(known, ONNX, () -> open(file));
    } catch (InvalidRequestException e) {
      run.setTag("convoy.onnx", "not written: " + e.getMessage());
    } finally {
      storage.delete(temporary.toUri().toString());
    }
  }

  private static InputStream open(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
