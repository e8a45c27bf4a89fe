package dev.convoy.driver.tensorboard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Writes TFRecords: the length of the data as 8 bytes, a checksum of these bytes, the data, and a
 * checksum of the data. Integers are little-endian.
 *
 * <p>A checksum is a CRC32C, rotated right by 15 bits, plus {@code 0xa282ead8}: a CRC of data that
 * contains CRCs would be weak.
 */
record RecordWriter(OutputStream out) {
  private static final int MASK_DELTA = 0xa282ead8;

  /** Writes one record in a single call to the stream. */
  void write(byte[] data) throws IOException {
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(masked(record.array(), Long.BYTES));
    record.put(data);
    record.putInt(masked(data, data.length));
    out.write(record.array());
  }

  private static int masked(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }
}
