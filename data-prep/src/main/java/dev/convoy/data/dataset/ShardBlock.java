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
 * Up to 64 MiB of the examples of one shard, packed: image {@code i} is the bytes {@code i·size} to
 * {@code (i+1)·size}, and its label stands at {@code i}.
 *
 * <p>The images lie in memory, or in a {@link SpillFile} of this machine from which each is read
 * when it is asked for. A block that comes from another process, or back from a disk of Spark's,
 * lies in such a file: there was no room for it where it was, and nobody has made any here. Nobody
 * writes to a block once it is made.
 */
@DefaultSerializer(JavaSerializer.class)
public final class ShardBlock implements Serializable {
  private static final long serialVersionUID = 2L;

  /** A block holds at most so many bytes of images. */
  static final int MAX_BYTES = 64 << 20;

  private static final int PIECE = 1 << 20;

  private final int[] labels;

  /** Null where the images lie in a file. */
  private transient byte[] images;

  /** Null where the images lie in memory. */
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

  /** A block in memory; the arrays are not copied. */
  static ShardBlock inMemory(byte[] images, int[] labels) {
    return new ShardBlock(labels, images, null, 0, images.length);
  }

  /**
   * A block in a file.
   *
   * @param start of its first image in the file
   * @param bytes of all its images
   */
  static ShardBlock inFile(SpillFile file, long start, int bytes, int[] labels) {
    return new ShardBlock(labels, null, file, start, bytes);
  }

  /** How many examples it holds. */
  public int examples() {
    return labels.length;
  }

  /** Bytes of its images. */
  public long bytes() {
    return bytes;
  }

  /** Bytes of its images that lie on a disk and not in memory. */
  public long bytesOnDisk() {
    return file == null ? 0 : bytes;
  }

  int label(int index) {
    return labels[index];
  }

  /** The array that holds image {@code index}, from {@link #offset} on. */
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
    if (bytes < 0 || bytes > 0 && labels.length == 0) {
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
