package dev.convoy.driver.train.exchange;

import dev.convoy.worker.averaging.SumNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The description of a block of values that one process sends to another. */
sealed interface BlockHeader {

  /** Number of bytes of the block that follows. */
  int bytes();

  /** The bytes of this header. */
  byte[] toBytes();

  /**
   * Replicas' values of a chunk, for its owner: for each node its encoded values, one after the
   * other.
   */
  record Piece(int round, int chunk, List<SumNode> nodes, int bytes) implements BlockHeader {
    @Override
    public byte[] toBytes() {
      ByteBuffer to = ByteBuffer.allocate(1 + 4 * Integer.BYTES + nodes.size() * 2 * Integer.BYTES);
      to.put(PIECE).putInt(bytes).putInt(round).putInt(chunk).putInt(nodes.size());
      nodes.forEach(node -> to.putInt(node.first()).putInt(node.level()));
      return to.array();
    }
  }

  /** The values of a chunk for the next round, from its owner. */
  record Result(int round, int chunk, int bytes) implements BlockHeader {
    @Override
    public byte[] toBytes() {
      return ByteBuffer.allocate(1 + 3 * Integer.BYTES)
          .put(RESULT)
          .putInt(bytes)
          .putInt(round)
          .putInt(chunk)
          .array();
    }
  }

  /**
   * A part of a vector of the state, for the driver.
   *
   * @param length number of values of the whole vector
   * @param first index of the first value of this part
   */
  record State(String vector, int length, int first, int bytes) implements BlockHeader {
    @Override
    public byte[] toBytes() {
      byte[] name = vector.getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(1 + 3 * Integer.BYTES + name.length)
          .put(STATE)
          .putInt(bytes)
          .putInt(length)
          .putInt(first)
          .put(name)
          .array();
    }
  }

  /** First byte of a {@link Piece}. */
  byte PIECE = 1;

  /** First byte of a {@link Result}. */
  byte RESULT = 2;

  /** First byte of a {@link State}. */
  byte STATE = 3;

  /** Reads a header. */
  static BlockHeader of(ByteBuffer from) {
    byte kind = from.get();
    int bytes = from.getInt();
    return switch (kind) {
      case PIECE -> {
        int round = from.getInt();
        int chunk = from.getInt();
        List<SumNode> nodes = new ArrayList<>();
        for (int left = from.getInt(); left > 0; left--) {
          nodes.add(new SumNode(from.getInt(), from.getInt()));
        }
        yield new Piece(round, chunk, List.copyOf(nodes), bytes);
      }
      case RESULT -> new Result(from.getInt(), from.getInt(), bytes);
      case STATE -> {
        int length = from.getInt();
        int first = from.getInt();
        yield new State(StandardCharsets.UTF_8.decode(from).toString(), length, first, bytes);
      }
      default -> throw new IllegalArgumentException("Cannot read a block of kind " + kind);
    };
  }
}
