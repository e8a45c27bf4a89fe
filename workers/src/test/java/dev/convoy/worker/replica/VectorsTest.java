package dev.convoy.worker.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

/** Parameters arrive as they were sent. */
class VectorsTest {
  private static final float[] PARAMETERS = {
    1.5f, -0.0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, Float.NEGATIVE_INFINITY
  };
  private static final float[] STATE = {3, 4};

  @Test
  void everyBitCrossesBetweenProcesses() throws Exception {
    Vectors arrived = (Vectors) read(written(new Vectors(null, PARAMETERS, STATE)));
    assertThat(bits(arrived.parameters())).containsExactly(bits(PARAMETERS));
    assertThat(arrived.parameters()).isNotSameAs(PARAMETERS);
    assertThat(arrived.updaterState()).containsExactly(STATE);
  }

  @Test
  void nothingIsEmptyToo() throws Exception {
    Vectors arrived = (Vectors) read(written(new Vectors(null, new float[0], new float[0])));
    assertThat(arrived.parameters()).isEmpty();
    assertThat(arrived.updaterState()).isEmpty();
  }

  @Test
  void withinAProcessAReferenceCrosses() throws Exception {
    try (InProcess meeting = InProcess.open()) {
      byte[] sent = written(new Vectors(meeting, new float[100_000], STATE));
      assertThat(sent).hasSizeLessThan(1_000);
      Vectors first = (Vectors) read(sent);
      Vectors second = (Vectors) read(sent); // a task that is tried again
      assertThat(first.parameters()).hasSize(100_000).isSameAs(second.parameters());
      assertThat(first.updaterState()).isSameAs(STATE);
    }
  }

  @Test
  void afterTheRoundNothingIsLeft() throws Exception {
    byte[] sent;
    try (InProcess meeting = InProcess.open()) {
      sent = written(new Vectors(meeting, PARAMETERS, STATE));
    }
    assertThatThrownBy(() -> read(sent))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the round is over, or in another process");
  }

  @Test
  void thePlanOfARoundAnswersInItsManner() throws Exception {
    try (InProcess meeting = InProcess.open()) {
      RoundPlan plan =
          new RoundPlan(
              0,
              0,
              0,
              0,
              java.util.List.of(0.1),
              PARAMETERS,
              STATE,
              java.util.Optional.of(meeting));
      RoundPlan arrived = (RoundPlan) read(written(plan));
      assertThat(arrived.parameters()).isSameAs(PARAMETERS);
      float[] trained = {1, 2};
      Vectors back = (Vectors) read(written(arrived.answer(trained, STATE)));
      assertThat(back.parameters()).isSameAs(trained);
    }
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
