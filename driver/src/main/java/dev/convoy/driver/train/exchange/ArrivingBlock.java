package dev.convoy.driver.train.exchange;

import dev.convoy.data.spark.PeerNetwork;
import dev.convoy.worker.averaging.FloatSlice;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Blocks of values that arrive from another process. */
final class ArrivingBlock {
  private ArrivingBlock() {}

  /** A block of plain values, which are written to where they are needed. */
  static final class Floats implements PeerNetwork.Block {
    private final FloatSlice values;
    private final FloatReceiver receiver;
    private final Consumer<FloatSlice> then;

    Floats(FloatSlice values, Consumer<FloatSlice> then) {
      this.values = values;
      this.receiver = new FloatReceiver(values);
      this.then = then;
    }

    @Override
    public void bytes(ByteBuffer next) {
      receiver.bytes(next);
    }

    @Override
    public void complete() {
      then.accept(values);
    }
  }

  /** A block that is kept as bytes. */
  static final class Bytes implements PeerNetwork.Block {
    private final ByteBuffer bytes;
    private final Consumer<byte[]> then;

    Bytes(int length, Consumer<byte[]> then) {
      this.bytes = ByteBuffer.allocate(length);
      this.then = then;
    }

    @Override
    public void bytes(ByteBuffer next) {
      bytes.put(next);
    }

    @Override
    public void complete() {
      then.accept(bytes.array());
    }
  }
}
