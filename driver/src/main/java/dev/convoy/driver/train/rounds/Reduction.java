package dev.convoy.driver.train.rounds;

import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.data.spark.SparkProcess;
import dev.convoy.driver.JavaSerialized;
import dev.convoy.worker.averaging.ChunkMean;
import dev.convoy.worker.averaging.Chunks;
import dev.convoy.worker.averaging.FloatBytes;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * A round whose vectors are averaged on the executors. Each replica cuts its vectors into chunks, a
 * shuffle brings the replicas' versions of each chunk to one task, and the driver receives only the
 * means. So the driver's memory depends on the number of parameters but not of replicas. The result
 * has the same bits as an average on the driver, which takes the same means of the same chunks.
 *
 * <p>The chunks of the parameters, those of the updater state, and the results without their
 * vectors are numbered in this order. Keys of the shuffle are partition numbers, which are their
 * own hashes: each partition has {@value #CHUNKS_OF_A_TASK} consecutive numbers.
 */
final class Reduction {
  private static final int CHUNKS_OF_A_TASK = 16;

  private final Chunks parameters;
  private final Chunks state;

  /**
   * Creates a reduction for vectors of the given lengths.
   *
   * @param parameters length of the flat parameters
   * @param state length of the updater state that replicas send, or 0
   */
  Reduction(int parameters, int state) {
    this.parameters = new Chunks(parameters);
    this.state = new Chunks(state);
  }

  /** Runs a round and removes its shuffle files. */
  Averaging.Combined run(
      JavaRDD<ShardBlock> shards,
      Broadcast<JavaSerialized<ReplicaPlan>> plan,
      Broadcast<JavaSerialized<RoundPlan>> round) {
    int vectors = parameters.count() + state.count();
    TrainAndCut cut = new TrainAndCut(parameters, state, new ReplicaTasks.TrainShard(plan, round));
    JavaPairRDD<Integer, JavaSerialized<Piece>> pieces =
        JavaPairRDD.fromJavaRDD(shards.mapPartitionsWithIndex(cut, true))
            .partitionBy(new HashPartitioner(vectors / CHUNKS_OF_A_TASK + 1));
    JavaRDD<Part> reduced = pieces.mapPartitions(new Reduce(parameters, state, plan, round));
    try {
      return combine(JavaSerialized.collect(reduced));
    } finally {
      SparkProcess.removeShuffle(pieces);
    }
  }

  private Averaging.Combined combine(List<Part> parts) {
    List<ChunkMean> means = parts.stream().map(Part::mean).filter(mean -> mean != null).toList();
    List<RoundResult> results =
        parts.stream()
            .map(Part::result)
            .filter(result -> result != null)
            .sorted(Comparator.comparingInt(RoundResult::replica))
            .toList();
    return new Averaging.Combined(
        results,
        means.subList(0, parameters.count()),
        means.subList(parameters.count(), means.size()));
  }

  /** A result for the driver: the mean of a chunk, or a replica's result without its vectors. */
  private record Part(ChunkMean mean, RoundResult result) implements Serializable {}

  /** One replica's contribution to a reducing task. */
  private sealed interface Piece extends Serializable {}

  /** The encoded values of a chunk. */
  private static final class Chunk implements Piece {
    private static final long serialVersionUID = 1L;

    private final int number;
    private final int replica;
    private final long examples;
    private final byte[] bytes;

    Chunk(int number, RoundResult result, byte[] bytes) {
      this.number = number;
      this.replica = result.replica();
      this.examples = result.examples();
      this.bytes = bytes;
    }
  }

  /** A result without its vectors. */
  private record Remainder(RoundResult result) implements Piece {}

  /** Trains a replica and cuts its vectors into chunks. */
  private record TrainAndCut(Chunks parameters, Chunks state, ReplicaTasks.TrainShard train)
      implements Function2<
          Integer, Iterator<ShardBlock>, Iterator<Tuple2<Integer, JavaSerialized<Piece>>>> {
    @Override
    public Iterator<Tuple2<Integer, JavaSerialized<Piece>>> call(
        Integer replica, Iterator<ShardBlock> blocks) {
      RoundResult result = train.train(replica, blocks);
      int vectors = parameters.count() + state.count();
      Stream<Tuple2<Integer, JavaSerialized<Piece>>> last =
          Stream.of(piece(vectors, new Remainder(result.withoutVectors())));
      if (result.examples() == 0) {
        return last.iterator();
      }
      // Lazily: not all chunks are in memory beside the vectors.
      Stream<Tuple2<Integer, JavaSerialized<Piece>>> ofParameters =
          IntStream.range(0, parameters.count())
              .mapToObj(
                  chunk ->
                      piece(
                          chunk,
                          new Chunk(chunk, result, result.encodedParameters(parameters, chunk))));
      Stream<Tuple2<Integer, JavaSerialized<Piece>>> ofState =
          IntStream.range(0, state.count())
              .mapToObj(
                  chunk ->
                      piece(
                          parameters.count() + chunk,
                          new Chunk(
                              parameters.count() + chunk,
                              result,
                              FloatBytes.of(state.slice(result.updaterState(), chunk)))));
      return Stream.concat(Stream.concat(ofParameters, ofState), last).iterator();
    }

    private static Tuple2<Integer, JavaSerialized<Piece>> piece(int number, Piece piece) {
      return new Tuple2<>(number / CHUNKS_OF_A_TASK, JavaSerialized.of(piece));
    }
  }

  /** Averages chunks over the replicas. */
  private record Reduce(
      Chunks parameters,
      Chunks state,
      Broadcast<JavaSerialized<ReplicaPlan>> plan,
      Broadcast<JavaSerialized<RoundPlan>> round)
      implements FlatMapFunction<Iterator<Tuple2<Integer, JavaSerialized<Piece>>>, Part> {
    @Override
    public Iterator<Part> call(Iterator<Tuple2<Integer, JavaSerialized<Piece>>> pieces) {
      List<Part> rest = new ArrayList<>();
      SortedMap<Integer, List<Chunk>> byNumber = new TreeMap<>();
      while (pieces.hasNext()) {
        Piece piece = pieces.next()._2().open();
        if (piece instanceof Chunk chunk) {
          byNumber.computeIfAbsent(chunk.number, number -> new ArrayList<>()).add(chunk);
        } else if (piece instanceof Remainder one) {
          rest.add(new Part(null, one.result));
        }
      }
      Stream<Part> means =
          byNumber.entrySet().stream()
              .map(entry -> new Part(mean(entry.getKey(), entry.getValue()), null));
      return Stream.concat(means, rest.stream()).iterator();
    }

    private ChunkMean mean(int number, List<Chunk> chunks) {
      int replicas = plan.value().open().shards().replicas();
      List<byte[]> sent = new ArrayList<>(Collections.nCopies(replicas, new byte[0]));
      List<Long> examples = new ArrayList<>(Collections.nCopies(replicas, 0L));
      for (Chunk chunk : chunks) {
        sent.set(chunk.replica, chunk.bytes);
        examples.set(chunk.replica, chunk.examples);
      }
      return number < parameters.count()
          ? parameters(number, sent, examples)
          : state(number - parameters.count(), sent, examples);
    }

    private ChunkMean parameters(int chunk, List<byte[]> sent, List<Long> examples) {
      ReplicaPlan.Answer answer = plan.value().open().answer();
      RoundPlan roundPlan = round.value().open();
      float[] start = parameters.cut(roundPlan.parameters(), chunk);
      List<float[]> trained =
          sent.stream()
              .map(
                  bytes ->
                      bytes.length == 0
                          ? new float[0]
                          : answer.decode(bytes, parameters, chunk, start))
              .toList();
      return answer.mean(trained, examples, parameters, chunk, start, roundPlan.needsDivergence());
    }

    private ChunkMean state(int chunk, List<byte[]> sent, List<Long> examples) {
      List<float[]> trained = sent.stream().map(FloatBytes::read).toList();
      float[] whole = round.value().open().updaterState();
      float[] start = whole.length == 0 ? new float[state.length(chunk)] : state.cut(whole, chunk);
      return ChunkMean.of(start, trained, examples);
    }
  }
}
