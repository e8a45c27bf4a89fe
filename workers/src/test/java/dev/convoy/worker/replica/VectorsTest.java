package dev.convoy.worker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Parameters arrive as they were sent. */
class VectorsTest {
  private static final float[] PARAMETERS = {
    1.5f, -0.0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, Float.NEGATIVE_INFINITY
  };
  private static final float[] STATE = {3, 4};

  @Test
  void everyBitCrossesBetweenProcesses() throws Exception {
    Vectors arrived = (Vectors) read(written(new Vectors(PARAMETERS, STATE)));
    assertThat(bits(arrived.parameters())).containsExactly(bits(PARAMETERS));
    assertThat(arrived.parameters()).isNotSameAs(PARAMETERS);
    assertThat(arrived.updaterState()).containsExactly(STATE);
  }

  @Test
  void nothingIsEmptyToo() throws Exception {
    Vectors arrived = (Vectors) read(written(new Vectors(new float[0], new float[0])));
    assertThat(arrived.parameters()).isEmpty();
    assertThat(arrived.updaterState()).isEmpty();
  }

  @Test
  void encodedChunksArriveInOrder() throws Exception {
    Vectors arrived =
        (Vectors) read(written(Vectors.coded(List.of(new byte[] {1, 2}, new byte[] {3}), STATE)));
    assertThat(arrived.coded())
        .hasValueSatisfying(
            chunks -> assertThat(chunks).containsExactly(new byte[] {1, 2}, new byte[] {3}));
    assertThat(arrived.bytes()).isEqualTo(3 + 4 * STATE.length);
  }

  private static byte[] written(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static Object read(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
