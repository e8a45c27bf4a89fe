package dev.convoy.data.dataset;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.convoy.data.spark.SparkProcess;
import dev.convoy.data.spark.SpillFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/**
 * Up to 64 MiB of the examples of one shard: image {@code i} is the bytes {@code i·size} to {@code
 * (i+1)·size}, and its label has index {@code i}.
 *
 * <p>The images are in memory, or in a {@link SpillFile} of this machine, from which each is read
 * when it is needed. A block that is deserialised, from another process or from Spark's disk store,
 * is put into such a file, because there was no memory for it where it came from. A block never
 * changes.
 */
@DefaultSerializer(JavaSerializer.class)
public final class ShardBlock implements Serializable {
  private static final long serialVersionUID = 2L;

  /** Largest size of the images of a block, in bytes. */
  static final int MAX_BYTES = 64 << 20;

  private static final int PIECE = 1 << 20;

  private final int[] labels;

  /** Null if the images are in a file. */
  private transient byte[] images;

  /** Null if the images are in memory. */
  private transient SpillFile file;

  private transient long start;
  private transient int bytes;

  private ShardBlock(int[] labels, byte[] images, SpillFile file, long start, int bytes) {
    this.labels = labels;
    this.images = images;
    this.file = file;
    this.start = start;
    this.bytes = bytes;
  }

  /** Creates a block in memory; the arrays are not copied. */
  static ShardBlock inMemory(byte[] images, int[] labels) {
    return new ShardBlock(labels, images, null, 0, images.length);
  }

  /**
   * Creates a block in a file.
   *
   * @param start offset of its first image in the file
   * @param bytes size of all its images
   */
  static ShardBlock inFile(SpillFile file, long start, int bytes, int[] labels) {
    return new ShardBlock(labels, null, file, start, bytes);
  }

  /** Number of examples. */
  public int examples() {
    return labels.length;
  }

  /** Bytes of the images. */
  public long bytes() {
    return bytes;
  }

  /** Bytes of the images that are on disk and not in memory. */
  public long bytesOnDisk() {
    return file == null ? 0 : bytes;
  }

  int label(int index) {
    return labels[index];
  }

  /** Returns the array that holds image {@code index}, from {@link #offset} on. */
  byte[] pixels(int index, int imageBytes) {
    if (file == null) {
      return images;
    }
    byte[] image = new byte[imageBytes];
    file.read(start + (long) index * imageBytes, image, imageBytes);
    return image;
  }

  int offset(int index, int imageBytes) {
    return file == null ? index * imageBytes : 0;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeInt(bytes);
    if (file == null) {
      out.write(images);
      return;
    }
    byte[] piece = new byte[Math.min(PIECE, bytes)];
    for (int done = 0; done < bytes; done += piece.length) {
      int length = Math.min(piece.length, bytes - done);
      file.read(start + done, piece, length);
      out.write(piece, 0, length);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    bytes = in.readInt();
    if (bytes < 0 || (bytes > 0 && labels.length == 0)) {
      throw new EOFException("a block of " + labels.length + " examples in " + bytes + " bytes");
    }
    if (!SparkProcess.isRunning() || bytes <= PIECE) {
      images = new byte[bytes];
      in.readFully(images);
      return;
    }
    file = SpillFile.create();
    byte[] piece = new byte[Math.min(PIECE, bytes)];
    for (int done = 0; done < bytes; done += piece.length) {
      int length = Math.min(piece.length, bytes - done);
      in.readFully(piece, 0, length);
      file.write(done, piece, 0, length);
    }
  }
}
