package dev.convoy.worker.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import onnx.Onnx;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One whole file or none, and nothing of the user's is lost. */
class ExporterTest {
  @TempDir private Path directory;

  private final Storage storage = new Storage(new Configuration());
  private final Exporter exporter = new Exporter(storage, "1.2.3");
  private final Model model = RandomModels.of(TestNetworks.of(new ImageShape(4, 5, 3), 3), 1);

  @BeforeEach
  void aModel() {
    ModelStore.write(storage, path("model"), model);
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private ExportPlan plan(
      ExportFormat format, InputPixels pixels, String out, ExistingOutput existing) {
    return new ExportPlan(path("model"), format, pixels, path(out), existing);
  }

  private List<String> faults(ExportPlan plan) {
    Problems problems = new Problems();
    exporter.check(plan, problems);
    return problems.faults();
  }

  private ExportReport export(ExportPlan plan) {
    Problems problems = new Problems();
    Optional<Model> read = exporter.check(plan, problems);
    assertThat(problems.faults()).isEmpty();
    return exporter.run(plan, read.orElseThrow());
  }

  @Test
  void theReportIsOfTheFile() throws IOException {
    ExportReport report =
        export(plan(ExportFormat.ONNX, InputPixels.BYTES, "out/model.onnx", ExistingOutput.KEEP));
    byte[] bytes = Files.readAllBytes(directory.resolve("out/model.onnx"));
    assertThat(report.bytes()).isEqualTo(bytes.length);
    assertThat(report.sha256()).isEqualTo(Sha256.hex(bytes));
    Onnx.ModelProto file = Onnx.ModelProto.parseFrom(bytes);
    assertThat(report.opset()).isEqualTo((int) file.getOpsetImport(0).getVersion());
    assertThat(report.input().name()).isEqualTo(file.getGraph().getInput(0).getName());
    assertThat(report.probabilities().name()).isEqualTo(file.getGraph().getOutput(0).getName());
    assertThat(Json.line(report))
        .contains(
            "\"format\":\"onnx\"",
            "\"opset\":13",
            "\"input\":{\"name\":\"input\",\"type\":\"uint8\",\"shape\":[\"batch\",3,4,5]}",
            "\"probabilities\":{\"name\":\"probabilities\",\"type\":\"float32\",\"shape\":[\"batch\",3]}");
    assertThat(report.input()).hasToString("input, uint8 (batch, 3, 4, 5)");
  }

  @Test
  void aDl4jReportNamesTheVerticesOfTheGraph() {
    ExportReport report =
        export(plan(ExportFormat.DL4J, InputPixels.NORMALISED, "model.zip", ExistingOutput.KEEP));
    assertThat(report.opset()).isNull();
    assertThat(report.input().name()).isEqualTo("input");
    assertThat(report.probabilities().name()).isEqualTo("output");
    assertThat(Json.line(report)).contains("\"format\":\"dl4j\"").doesNotContain("opset");
  }

  @ParameterizedTest
  @EnumSource
  void anExportedFileIsReplacedOnlyWhereThatIsAskedFor(ExportFormat format) throws IOException {
    for (ExportFormat earlier : ExportFormat.values()) {
      String out = "model." + earlier;
      export(plan(earlier, InputPixels.NORMALISED, out, ExistingOutput.KEEP));
      byte[] before = Files.readAllBytes(directory.resolve(out));
      assertThat(faults(plan(format, InputPixels.NORMALISED, out, ExistingOutput.KEEP)))
          .singleElement()
          .asString()
          .contains("exists already", "--overwrite");
      assertThat(Files.readAllBytes(directory.resolve(out))).isEqualTo(before);
      export(plan(format, InputPixels.NORMALISED, out, ExistingOutput.OVERWRITE));
      assertThat(format.matches(Files.readAllBytes(directory.resolve(out)))).isTrue();
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("model", "model.ONNX", "model.DL4J");
    }
  }

  @Test
  void whatConvoyHasNotExportedIsKept() throws IOException {
    Files.writeString(directory.resolve("thesis.txt"), "three years of work, and some more of it");
    Files.createFile(directory.resolve("empty"));
    Files.createDirectory(directory.resolve("folder"));
    for (String out : List.of("thesis.txt", "empty")) {
      assertThat(faults(plan(ExportFormat.ONNX, InputPixels.BYTES, out, ExistingOutput.OVERWRITE)))
          .singleElement()
          .asString()
          .contains(path(out), "was not exported by Convoy");
    }
    assertThat(
            faults(
                plan(
                    ExportFormat.DL4J, InputPixels.NORMALISED, "folder", ExistingOutput.OVERWRITE)))
        .singleElement()
        .asString()
        .contains("is a directory", "model.zip");
  }

  @Test
  void whatPlainDl4jCannotComputeIsNotWrittenForIt() {
    Network network =
        TestNetworks.of(
            new ImageShape(9, 8, 1),
            3,
            "{ separable-conv { name = first, maps = 1, multiplier = 2, kernel = 3 } }",
            "{ depthwise-conv { name = wide, kernel = 2, dilation = [1, 2] } }",
            "{ inception { branches = [ [], [ { separable-conv { maps = 3, kernel = 1 } } ] ] } }",
            "{ depthwise-conv { multiplier = 2, kernel = 2, dilation = 2 } }");
    ModelStore.write(storage, path("grey"), RandomModels.of(network, 1));
    ExportPlan dl4j = plan("grey", ExportFormat.DL4J);
    assertThat(faults(dl4j))
        .containsExactly(
            "--format dl4j: plain DL4J cannot compute first, separable-conv2 (separable-conv of"
                + " one input map); wide (depthwise-conv with dilation and multiplier 1, where ND4J"
                + " uses oneDNN): use --format onnx");
    export(plan("grey", ExportFormat.ONNX));
    assertThat(directory.resolve("grey.ONNX")).isNotEmptyFile();
    assertThat(directory.resolve("grey.DL4J")).doesNotExist();
  }

  private ExportPlan plan(String name, ExportFormat format) {
    return new ExportPlan(
        path(name), format, InputPixels.NORMALISED, path(name + "." + format), ExistingOutput.KEEP);
  }

  @Test
  void allFaultsAreToldTogether() throws IOException {
    Files.createFile(directory.resolve("there"));
    ExportPlan plan =
        new ExportPlan(
            path("nowhere"),
            ExportFormat.DL4J,
            InputPixels.BYTES,
            path("there"),
            ExistingOutput.KEEP);
    assertThat(faults(plan))
        .satisfiesExactly(
            fault -> assertThat(fault).contains("--input-pixels bytes", "--format onnx"),
            fault -> assertThat(fault).contains("Cannot open the model", "nowhere"),
            fault -> assertThat(fault).contains("there", "exists already"));
  }
}
