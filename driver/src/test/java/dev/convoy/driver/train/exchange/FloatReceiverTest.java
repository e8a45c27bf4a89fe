package dev.convoy.driver.train.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.averaging.FloatSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes may be divided anywhere on their way. */
class FloatReceiverTest {
  @Test
  void valuesArriveWhereverTheirBytesAreDivided() {
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      int length = random.nextInt(40);
      ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      float[] expected = new float[length + 2];
      for (int i = 0; i < length; i++) {
        expected[i + 1] = random.nextFloat();
        bytes.putFloat(expected[i + 1]);
      }
      float[] found = new float[length + 2];
      FloatReceiver receiver = new FloatReceiver(new FloatSlice(found, 1, length));
      byte[] all = bytes.array();
      for (int first = 0; first < all.length; ) {
        int count = Math.min(all.length - first, random.nextInt(11));
        receiver.bytes(ByteBuffer.wrap(all, first, count));
        first += count;
      }
      assertThat(found).containsExactly(expected);
      assertThat(receiver.count()).isEqualTo(length);
    }
  }
}
