package dev.convoy.worker.model;

import dev.convoy.data.Checks;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A file with a flat vector of floats: {@code length} little-endian float32 and nothing else. The
 * marker of its directory states its name, length and digest.
 *
 * <p>Vectors are written and read in pieces of 1 MiB, the only memory needed beside the vector.
 *
 * @param file its name within a directory: lower-case letters, digits and hyphens before {@code
 *     .bin}, so that no name escapes the directory
 * @param length number of floats, at least 0
 * @param sha256 digest of its bytes, in lower-case hexadecimal
 */
public record FloatFile(String file, long length, String sha256) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,100}\\.bin");
  private static final int PIECE_FLOATS = (1 << 20) / Float.BYTES;

  /** The largest array length that every virtual machine supports. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  public FloatFile {
    Checks.that(
        file != null && NAME.matcher(file).matches(),
        "file",
        file + " (must be lower-case letters, digits and hyphens before .bin)");
    Checks.atLeast(0, length, "length");
    Checks.that(length <= MAX_LENGTH, "length", length + " (must be at most " + MAX_LENGTH + ")");
    Checks.that(sha256 != null, "sha256", "it is missing");
  }

  /** Thrown if the file is not the one that was written. */
  public static final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private DamagedException(String message) {
      super(message);
    }
  }

  /** Writes a file that must not exist. */
  public static FloatFile write(Storage storage, String directory, String file, float[] values) {
    MessageDigest digest = Sha256.newDigest();
    FloatFile unwritten = new FloatFile(file, values.length, "");
    storage.write(Storage.join(directory, file), out -> encode(values, digest, out));
    return new FloatFile(unwritten.file, values.length, hex(digest));
  }

  /** Returns the digest of a file with these values. */
  public static String sha256(float[] values) {
    MessageDigest digest = Sha256.newDigest();
    try {
      encode(values, digest, OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new AssertionError("nothing is written", e);
    }
    return hex(digest);
  }

  /**
   * Reads the file; its size is checked before memory is allocated.
   *
   * @param marker the file that describes this one, for messages
   * @throws DamagedException if its size or digest differs; the message names the file and neither
   *     directory nor remedy
   */
  public float[] read(Storage storage, String directory, String marker) {
    String path = Storage.join(directory, file);
    long expected = length * Float.BYTES;
    long found = storage.size(path);
    if (found != expected) {
      throw new DamagedException(
          found < 0
              ? file + " is missing and " + expected + " bytes are expected"
              : file + " has " + found + " bytes and " + expected + " are expected");
    }
    float[] values = new float[(int) length];
    MessageDigest digest = Sha256.newDigest();
    storage.read(
        path,
        in -> {
          decode(in, digest, values);
          return values;
        });
    if (!hex(digest).equals(sha256)) {
      throw new DamagedException("the SHA-256 of " + file + " differs from the one in " + marker);
    }
    return values;
  }

  private static void encode(float[] values, MessageDigest digest, OutputStream out)
      throws IOException {
    byte[] piece = piece(values.length);
    for (int at = 0, floats; at < values.length; at += floats) {
      floats = Math.min(PIECE_FLOATS, values.length - at);
      floats(piece).put(values, at, floats);
      digest.update(piece, 0, floats * Float.BYTES);
      out.write(piece, 0, floats * Float.BYTES);
    }
  }

  private static void decode(InputStream in, MessageDigest digest, float[] values)
      throws IOException {
    byte[] piece = piece(values.length);
    for (int at = 0, floats; at < values.length; at += floats) {
      floats = Math.min(PIECE_FLOATS, values.length - at);
      int bytes = floats * Float.BYTES;
      if (in.readNBytes(piece, 0, bytes) != bytes) {
        throw new EOFException("it became shorter while it was read");
      }
      digest.update(piece, 0, bytes);
      floats(piece).get(values, at, floats);
    }
  }

  private static byte[] piece(int length) {
    return new byte[Math.min(length, PIECE_FLOATS) * Float.BYTES];
  }

  private static FloatBuffer floats(byte[] piece) {
    return ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
