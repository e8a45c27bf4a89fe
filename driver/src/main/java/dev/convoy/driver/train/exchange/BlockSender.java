package dev.convoy.driver.train.exchange;

import dev.convoy.data.spark.PeerNetwork.Peer;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Sends blocks to other processes, and limits the bytes that are on the way. */
final class BlockSender {
  /** Bytes on the way beyond which a sender waits. */
  private static final int WINDOW = 16 << 20;

  private final Semaphore window = new Semaphore(WINDOW);
  private final Signals signals;

  /**
   * Creates a sender.
   *
   * @param signals fails if a block cannot be sent, and ends the waits of senders
   */
  BlockSender(Signals signals) {
    this.signals = signals;
  }

  /**
   * Sends a block; waits while too many bytes are on the way.
   *
   * @param sent called when the block has been sent
   */
  void send(Peer to, Address address, BlockHeader header, ByteBuffer block, Runnable sent) {
    int bytes = Math.min(WINDOW, block.remaining());
    acquire(bytes, address);
    to.sendBlock(
        header.toBytes(),
        block,
        failure -> {
          window.release(bytes);
          sent.run();
          if (failure != null) {
            signals.fail(
                new IllegalStateException(
                    "Cannot send to " + address + " (" + failure.getMessage() + ")", failure));
          }
        });
  }

  private void acquire(int bytes, Address to) {
    try {
      while (!window.tryAcquire(bytes, 1, TimeUnit.SECONDS)) {
        signals.requireNoFailure();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while sending to " + to, e);
    }
  }
}
