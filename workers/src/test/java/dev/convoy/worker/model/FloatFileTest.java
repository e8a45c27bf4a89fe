package dev.convoy.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors of floats on disk: what was written comes back, and nothing else. */
class FloatFileTest {
  private static final int PIECE = 1 << 18;

  @TempDir private Path directory;
  private final Storage storage = new Storage(new Configuration());

  private FloatFile write(float... values) {
    return FloatFile.write(storage, directory.toString(), "a-vector-1.bin", values);
  }

  private float[] read(FloatFile file) {
    return file.read(storage, directory.toString(), "marker.json");
  }

  private static float[] anyBits(int length) {
    SplittableRandom random = new SplittableRandom(length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      values[i] = Float.isNaN(value) ? -0.0f : value;
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 3})
  void everyLengthSurvivesTheRoundTrip(int length) throws IOException {
    float[] values = anyBits(length);
    FloatFile file = write(values);

    ByteBuffer expected = ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      expected.putFloat(value);
    }
    assertThat(Files.readAllBytes(directory.resolve("a-vector-1.bin"))).isEqualTo(expected.array());
    assertThat(file)
        .isEqualTo(new FloatFile("a-vector-1.bin", length, Sha256.hex(expected.array())));
    assertThat(FloatFile.sha256(values)).isEqualTo(file.sha256());
    assertThat(Arrays.equals(read(file), values)).isTrue();
  }

  @Test
  void anotherSizeIsRefusedBeforeMemoryIsTaken() throws IOException {
    FloatFile file = write(1, 2, 3);
    assertThatThrownBy(() -> read(new FloatFile(file.file(), 2_000_000_000, file.sha256())))
        .isInstanceOf(FloatFile.DamagedException.class)
        .hasMessage("a-vector-1.bin has 12 bytes and 8000000000 are expected");
    Files.delete(directory.resolve(file.file()));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(FloatFile.DamagedException.class)
        .hasMessage("a-vector-1.bin is missing and 12 bytes are expected");
  }

  @Test
  void aFlippedBitIsRefused() throws IOException {
    FloatFile file = write(anyBits(PIECE + 5));
    Path path = directory.resolve(file.file());
    byte[] bytes = Files.readAllBytes(path);
    for (int at : new int[] {0, 4 * PIECE - 1, 4 * PIECE, bytes.length - 1}) {
      bytes[at] ^= 8;
      Files.write(path, bytes);
      assertThatThrownBy(() -> read(file))
          .isInstanceOf(FloatFile.DamagedException.class)
          .hasMessage("the SHA-256 of a-vector-1.bin differs from the one in marker.json");
      bytes[at] ^= 8;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".bin", "../x.bin", "a/b.bin", "/x.bin", "x", "x.bin/", "X.bin", "a.b.bin"})
  void aNameThatIsNoPlainNameIsRefused(String name) {
    assertThatThrownBy(() -> new FloatFile(name, 1, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid file: "
                + name
                + " (must be lower-case letters, digits and hyphens before .bin)");
    assertThatThrownBy(
            () -> FloatFile.write(storage, directory.resolve("in").toString(), name, new float[1]))
        .hasMessageStartingWith("Invalid file: ");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void impossibleLengthsAreRefused() {
    assertThatThrownBy(() -> new FloatFile("x.bin", -1, ""))
        .hasMessage("Invalid length: -1 (must be at least 0)");
    assertThatThrownBy(() -> new FloatFile("x.bin", 1L << 40, ""))
        .hasMessage("Invalid length: 1099511627776 (must be at most 2147483639)");
    assertThatThrownBy(() -> new FloatFile("x.bin", 1, null))
        .hasMessage("Invalid sha256: it is missing");
  }
}
