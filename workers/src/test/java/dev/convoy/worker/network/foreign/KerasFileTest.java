package dev.convoy.worker.network.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** Keras models in HDF5 files, written here with HDF5's own library. */
class KerasFileTest {
  private static final String MODEL =
      KerasModels.sequential(
          "[null, 8, 8, 1]",
          KerasModels.conv("größe", 4, 3, "same", "relu"),
          KerasModels.layer("GlobalMaxPooling2D", "gap", ""),
          KerasModels.dense("out", 3, "softmax"));

  @TempDir Path directory;

  @Test
  void attributesOfFixedAndVariableLengthAreRead() {
    Path fixed = directory.resolve("fixed.h5");
    Path variable = directory.resolve("größe.hdf5");
    Hdf5Writer.fixed(fixed, "model_config", MODEL);
    Hdf5Writer.variable(variable, "model_config", MODEL);
    for (Path file : new Path[] {fixed, variable}) {
      assertThat(KerasFile.isHdf5(file)).isTrue();
      Translation network = KerasFile.definition(file, KerasFile.Trust.GIVEN);
      assertThat(network.labels()).isEqualTo(3);
      assertThat(network.definition().get("layers").findValuesAsText("name"))
          .containsExactly("gr-e", "gap", "out");
    }
  }

  @Test
  void nativeLibraryLivesWithThatOfNd4j() {
    Path file = directory.resolve("model.h5");
    assertThat(Nd4j.ones(3).sumNumber().intValue()).isEqualTo(3);
    Hdf5Writer.variable(file, "model_config", MODEL);
    assertThat(KerasFile.definition(file, KerasFile.Trust.GIVEN).labels()).isEqualTo(3);
    assertThat(Nd4j.ones(4, 4).mmul(Nd4j.ones(4, 4)).getInt(0, 0)).isEqualTo(4);
  }

  @Test
  void fileIsReadOnlyAndMayBeReadAgainAndAgain() throws IOException {
    Path file = directory.resolve("model.h5");
    Hdf5Writer.variable(file, "model_config", MODEL);
    byte[] before = Files.readAllBytes(file);
    for (int i = 0; i < 50; i++) {
      KerasFile.definition(file, KerasFile.Trust.GIVEN);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    Files.delete(file);
    assertThat(KerasFile.isHdf5(file)).isFalse();
  }

  @Test
  void fileThatNobodyTrustsIsNotParsed() {
    Path file = directory.resolve("model.h5");
    Hdf5Writer.variable(file, "model_config", MODEL);
    assertThatThrownBy(
            () ->
                KerasFile.definition(
                    file,
                    KerasFile.Trust.NOT_GIVEN,
                    (path, attribute, most) -> {
                      throw new AssertionError("parsed");
                    }))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot translate "
                + file
                + ": it is an HDF5 file, which native code parses, and that is safe only with files"
                + " whose origin you trust: if you do, add --trust; if not, give the JSON that"
                + " Keras' model.to_json() writes");
  }

  @Test
  void missingNativeLibraryIsExplained() {
    Path file = directory.resolve("model.h5");
    Hdf5Writer.variable(file, "model_config", MODEL);
    assertThatThrownBy(
            () ->
                KerasFile.definition(
                    file,
                    KerasFile.Trust.GIVEN,
                    (path, attribute, most) -> {
                      throw new UnsatisfiedLinkError("no jnihdf5 in java.library.path");
                    }))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot translate "
                + file
                + ": HDF5's native library does not load on this machine (no jnihdf5 in"
                + " java.library.path): give the JSON that Keras' model.to_json() writes");
  }

  @Test
  void fileOfWeightsAloneIsExplained() {
    Path file = directory.resolve("weights.h5");
    Hdf5Writer.variable(file, "layer_names", "conv");
    refused(
        file,
        "it has no attribute model_config, so it holds weights alone or no Keras model: save the"
            + " whole model, with model.save(\"model.h5\")");
  }

  @Test
  void otherAttributesAreRefused() {
    Path file = directory.resolve("model.h5");
    Hdf5Writer.number(file, "model_config", 7);
    refused(file, "its attribute model_config is not one text");
    Hdf5Writer.variable(file, "model_config", " ".repeat((16 << 20) + 1));
    refused(
        file,
        "its attribute model_config has 16777217 bytes, and the most that are read are 16777216");
    Hdf5Writer.fixed(file, "model_config", "{ \"class_name\"");
    assertThatThrownBy(() -> KerasFile.definition(file, KerasFile.Trust.GIVEN))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(
            "Cannot read " + file + ", attribute model_config: it is cut off at line 1");
  }

  @Test
  void damagedFileIsRefused() throws IOException {
    Path file = directory.resolve("model.h5");
    Hdf5Writer.variable(file, "model_config", MODEL);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, 100));
    refused(file, "HDF5 cannot read it: it is damaged, or cut off");
    Files.writeString(file, "no signature");
    refused(file, "it is not an HDF5 file");
    refused(directory.resolve("none.h5"), "no such file");
  }

  @Test
  void signatureMayLieBehindABlockOfSomebodyElse() throws IOException {
    Path file = directory.resolve("model.h5");
    Hdf5Writer.variable(file, "model_config", MODEL);
    byte[] bytes = Files.readAllBytes(file);
    for (int at : new int[] {512, 1024, 4096}) {
      byte[] shifted = new byte[at + bytes.length];
      System.arraycopy(bytes, 0, shifted, at, bytes.length);
      Files.write(file, shifted);
      assertThat(KerasFile.isHdf5(file)).as("at " + at).isTrue();
    }
    byte[] shifted = new byte[100 + bytes.length];
    System.arraycopy(bytes, 0, shifted, 100, bytes.length);
    Files.write(file, shifted);
    assertThat(KerasFile.isHdf5(file)).isFalse();
    assertThat(KerasFile.isHdf5(directory)).isFalse();
  }

  private static void refused(Path file, String reason) {
    assertThatThrownBy(() -> KerasFile.definition(file, KerasFile.Trust.GIVEN))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("Cannot translate " + file + ": " + reason);
  }
}
