package dev.convoy.driver.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.evaluate.Evaluator;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.ScoringPrecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The brightness model in integers of 8 bits. */
@Tag("slow")
class QuantizerTest {
  @TempDir Path directory;
  private final Storage storage = TestSpark.storage();
  private Model model;

  @BeforeEach
  void writeModelAndDataset() {
    assumeTrue(Precision.INT8.whySlow().isEmpty(), "the CPU lacks int8");
    for (String split : List.of("train", "validation")) {
      for (int i = 0; i < 6; i++) {
        int pixel = i < 3 ? 3 * i : 255 - 3 * i;
        Path folder = directory.resolve("raw").resolve(split);
        put(folder.resolve(i < 3 ? "dark" : "light").resolve(i + ".png"), pixel);
      }
    }
    TestDatasets.prepare(directory.resolve("raw"), directory.resolve("dataset"));
    model = TestModels.renamed(TestModels.brightness(), List.of("dark", "light"));
    ModelStore.write(storage, place("model"), model);
  }

  private String place(String name) {
    return directory.resolve(name).toString();
  }

  private QuantizePlan plan(double mostLoss, String... float32) {
    return new QuantizePlan(
        place("model"),
        place("dataset"),
        place("int8"),
        ExistingOutput.KEEP,
        4,
        Split.VALIDATION,
        mostLoss,
        List.of(float32));
  }

  private QuantizeReport run(QuantizePlan plan) {
    return new Quantizer(TestSpark.session(), storage, BatchSize.of(4)).run(plan);
  }

  @Test
  void theModelScoresInIntegersUnlessAskedOtherwise() {
    QuantizeReport report = run(plan(0.3));
    assertThat(report.calibrationImages()).isEqualTo(4);
    assertThat(report.examples()).isEqualTo(6);
    assertThat(report.float32Accuracy()).isEqualTo(1);
    assertThat(report.int8Accuracy()).isEqualTo(1);
    assertThat(report.float32Layers()).isEmpty();
    Model read = ModelStore.read(storage, place("int8"));
    assertThat(read.parameters()).isEqualTo(model.parameters());
    assertThat(read.quantization().orElseThrow().int8Accuracy()).isEqualTo(1);
    assertThat(ScoringPrecision.AUTO.arithmetic(read).precision()).isEqualTo(Precision.INT8);
    ImageDataset data = ImageDataset.open(storage, place("dataset"));
    Evaluator inFloats =
        new Evaluator(TestSpark.session(), BatchSize.of(4), ScoringPrecision.FLOAT32);
    Evaluator inIntegers = new Evaluator(TestSpark.session(), BatchSize.of(4));
    double exact = inFloats.run(model, data, Split.VALIDATION).loss();
    assertThat(inFloats.run(read, data, Split.VALIDATION).loss()).isEqualTo(exact);
    assertThat(inIntegers.run(read, data, Split.VALIDATION).precision()).isEqualTo(Precision.INT8);
  }

  @Test
  void aModelThatIsNotQuantizedIsRefusedInIntegers() {
    assertThatThrownBy(() -> ScoringPrecision.INT8.arithmetic(model))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot score in int8: the model is not quantized (make a quantized one of it with:"
                + " convoy quantize)");
  }

  @Test
  void faultsAreToldTogether() throws Exception {
    Files.createDirectories(directory.resolve("int8"));
    Files.writeString(directory.resolve("int8/notes.txt"), "mine");
    assertThatThrownBy(() -> run(plan(0.3, "conv9")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("--float32-layers conv9: is no layer with weights (they are ")
        .hasMessageContaining("int8: holds other files than a model: name another directory");
    assertThat(directory.resolve("int8/notes.txt")).hasContent("mine");
  }

  @Test
  void anExistingModelStays() {
    ModelStore.write(storage, place("int8"), model);
    assertThatThrownBy(() -> run(plan(0.3)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("exists already: name another directory, or add --overwrite");
    assertThat(ModelStore.read(storage, place("int8")).quantization()).isEmpty();
  }

  /** Two labels that one grey level tells apart are the same in 8 bits of a wide range. */
  private QuantizePlan ofCloseLabels() {
    Path raw = directory.resolve("close");
    for (String split : List.of("train", "validation")) {
      for (int i = 0; i < 6; i++) {
        int pixel = i < 3 ? 127 : 128;
        put(raw.resolve(split).resolve(i < 3 ? "dark" : "light").resolve(i + ".png"), pixel);
      }
    }
    put(raw.resolve("train/light/far.png"), 255);
    put(raw.resolve("train/dark/far.png"), 0);
    TestDatasets.prepare(raw, directory.resolve("close-data"));
    return new QuantizePlan(
        place("model"),
        place("close-data"),
        place("int8"),
        ExistingOutput.KEEP,
        100,
        Split.VALIDATION,
        10,
        List.of());
  }

  private static void put(Path file, int pixel) {
    TestDatasets.put(file, TestDatasets.png(2, pixel, pixel, pixel, pixel));
  }

  @Test
  void theEndsAreFloat32WhereThatIsNeeded() {
    QuantizeReport report = run(ofCloseLabels());
    assertThat(report.float32Layers()).containsExactly("output");
    assertThat(report.int8Accuracy()).isEqualTo(1);
  }

  @Test
  void tooMuchLossIsRefusedAndNamesTheLayer() {
    Network network =
        NetworkReader.parse(
                "layers = [ { conv { maps = 1, kernel = 1 } }, { conv { maps = 1, kernel = 1 } },"
                    + " { output { } } ]",
                "brightness",
                "brightness.conf")
            .on(model.network().input(), 2);
    float[] parameters = {1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0};
    List<TensorSpec> tensors = TestModels.tensors(network, model.normalisation());
    // Each convolution stores its bias and its weight, in the order that DL4J has.
    for (TensorSpec tensor : tensors) {
      if (tensor.layer().startsWith("conv")) {
        parameters[Math.toIntExact(tensor.offset())] = tensor.parameter().equals("W") ? 1 : 0;
      }
    }
    Model deep =
        new Model(
            network, model.labels(), model.normalisation(), tensors, parameters, Json.object());
    ModelStore.write(storage, place("model"), deep);
    QuantizePlan plan = ofCloseLabels();
    assertThatThrownBy(() -> run(plan))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("int8 loses 50.00 points of accuracy on the validation split, 50.00")
        .hasMessageContaining("alone loses 50.00 (add --float32-layers conv1");
    assertThat(directory.resolve("int8")).doesNotExist();
  }
}
