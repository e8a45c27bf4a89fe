package dev.convoy.worker.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The mean of a vector is the means of its chunks. */
class ChunkMeanTest {
  /** Three chunks, the last of 5 values. */
  private static final int LENGTH = 2 * Chunks.SIZE + 5;

  private static final Chunks CHUNKS = new Chunks(LENGTH);
  private static final List<Long> EXAMPLES = List.of(3L, 0L, 5L);

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void chunksAreTheVector() {
    float[] vector = random(1);
    List<float[]> cut = CHUNKS.cut(vector).toList();
    assertThat(cut).extracting(chunk -> chunk.length).containsExactly(1 << 16, 1 << 16, 5);
    assertThat(Arrays.equals(CHUNKS.join(cut), vector)).isTrue();
    assertThat(new Chunks(3).cut(new float[] {1, 2, 3}, 0)).containsExactly(1, 2, 3);
    assertThat(new Chunks(0).count()).isEqualTo(1);
    assertThat(new Chunks(Chunks.SIZE).count()).isEqualTo(1);
  }

  @Test
  void rangesAreCutWithTheVector() {
    Ranges ranges =
        Ranges.without(
            List.of(new PooledVariances.Statistics(Chunks.SIZE - 1, LENGTH - 2, 2)), LENGTH);
    assertThat(CHUNKS.cut(ranges, 0).statistics())
        .containsExactly(new Ranges.Range(Chunks.SIZE - 1, Chunks.SIZE));
    assertThat(CHUNKS.cut(ranges, 1).statistics()).containsExactly(new Ranges.Range(0, 1));
    assertThat(CHUNKS.cut(ranges, 2).statistics()).containsExactly(new Ranges.Range(3, 5));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> CHUNKS.cut(new float[4], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid vector: 4 values (must be " + LENGTH + ")");
    assertThatThrownBy(() -> CHUNKS.join(List.of(new float[4])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid chunks: 1 (must be 3)");
  }

  @Test
  void theMeansOfChunksAreTheMeanOfTheWhole() {
    float[] start = random(1);
    float[] one = random(2);
    float[] other = random(3);
    WeightedMean whole = new WeightedMean(start, 8);
    whole.add(one, 3);
    whole.add(other, 5);
    List<float[]> means = new ArrayList<>();
    for (int chunk = 0; chunk < CHUNKS.count(); chunk++) {
      List<float[]> vectors =
          List.of(CHUNKS.cut(one, chunk), new float[0], CHUNKS.cut(other, chunk));
      means.add(ChunkMean.of(CHUNKS.cut(start, chunk), vectors, EXAMPLES).mean());
    }
    assertThat(Arrays.equals(CHUNKS.join(means), whole.mean())).isTrue();
  }

  @Test
  void theDivergenceOfChunksIsThatOfTheWhole() {
    float[] start = random(1);
    float[] one = random(2);
    float[] other = random(3);
    Ranges all = Ranges.everything(LENGTH);
    List<ChunkMean> chunks =
        IntStream.range(0, CHUNKS.count())
            .mapToObj(
                chunk ->
                    ChunkMean.withDivergence(
                        CHUNKS.cut(start, chunk),
                        List.of(CHUNKS.cut(one, chunk), new float[0], CHUNKS.cut(other, chunk)),
                        EXAMPLES,
                        CHUNKS.cut(all, chunk)))
            .toList();
    float[] mean = CHUNKS.join(chunks.stream().map(ChunkMean::mean).toList());
    double expected =
        Divergence.of(start, mean, List.of(one, other), List.of(3 / 8.0, 5 / 8.0), all).ratio();
    Divergence sum =
        chunks.stream().map(ChunkMean::divergence).reduce(Divergence.NONE, Divergence::plus);
    assertThat(sum.ratio()).isCloseTo(expected, within(1e-12));
  }

  @Test
  void theReplicasThatAreNotFiniteAreNamed() {
    float[] start = {0, 0};
    List<float[]> vectors =
        List.of(new float[] {1, 1}, new float[] {1, Float.NaN}, new float[] {Float.NaN, 1});
    assertThat(ChunkMean.of(start, vectors, List.of(1L, 1L, 1L)).notFinite()).containsExactly(1, 2);
    assertThat(ChunkMean.of(start, vectors.subList(0, 1), List.of(1L)).notFinite()).isEmpty();
  }

  @Test
  void aMeanCrossesBetweenProcesses() throws Exception {
    ChunkMean sent =
        ChunkMean.of(
            new float[] {1, -0.0f}, List.of(new float[] {Float.MIN_VALUE, -0.0f}), List.of(1L));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      ChunkMean arrived = (ChunkMean) in.readObject();
      assertThat(arrived.mean()).containsExactly(sent.mean());
      assertThat(arrived.notFinite()).isEmpty();
    }
  }
}
