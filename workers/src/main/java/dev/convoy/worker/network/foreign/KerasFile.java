package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A Keras model in an HDF5 file. Only the attribute {@code model_config} is read, no weights.
 *
 * <p>The HDF5 library is native code, which a malicious file could exploit. The user must therefore
 * declare that the file is trusted.
 */
public final class KerasFile {
  /** Whether native code may parse a file. */
  public enum Trust {
    /** The user has declared the file trusted. */
    GIVEN,
    /** The file must not be parsed by native code. */
    NOT_GIVEN
  }

  /** Reads a text attribute of a file's root group. */
  @FunctionalInterface
  interface AttributeReader {
    String read(Path file, String attribute, int mostBytes);
  }

  private static final String ATTRIBUTE = "model_config";
  private static final int MOST_BYTES = 16 << 20;
  private static final byte[] SIGNATURE = HexFormat.of().parseHex("894844460d0a1a0a");
  private static final int FIRST_BLOCK = 512;

  private KerasFile() {}

  /**
   * Whether a file has HDF5's signature at its beginning or, after a user block, at byte 512, 1024,
   * 2048 and so on. No native code is involved. A file that cannot be read gives false.
   */
  public static boolean isHdf5(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long size = channel.size();
      for (long at = 0;
          at <= size - SIGNATURE.length;
          at = at == 0 ? FIRST_BLOCK : Math.multiplyExact(at, 2)) {
        ByteBuffer bytes = ByteBuffer.allocate(SIGNATURE.length);
        channel.position(at);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
        if (Arrays.equals(bytes.array(), SIGNATURE)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Translates the model in a file.
   *
   * @throws InvalidRequestException if the file is not trusted, is not an HDF5 file, holds no
   *     model, or holds one that Convoy cannot express
   */
  public static Translation definition(Path file, Trust trust) {
    return definition(file, trust, Hdf5Attribute::read);
  }

  static Translation definition(Path file, Trust trust, AttributeReader reader) {
    String where = file.toString();
    if (!isHdf5(file)) {
      throw refused(where, Files.exists(file) ? "it is not an HDF5 file" : "no such file");
    }
    if (trust != Trust.GIVEN) {
      throw refused(
          where,
          "it is an HDF5 file, which native code parses, and that is safe only with files whose"
              + " origin you trust: if you do, add --trust; if not, give the JSON that Keras'"
              + " model.to_json() writes");
    }
    String text;
    try {
      text = reader.read(file, ATTRIBUTE, MOST_BYTES);
    } catch (LinkageError e) {
      throw new InvalidRequestException(
          "Cannot translate "
              + where
              + ": HDF5's native library does not load on this machine ("
              + e.getMessage()
              + "): give the JSON that Keras' model.to_json() writes",
          e);
    }
    return KerasConfiguration.definition(tree(text, where), where);
  }

  private static JsonNode tree(String text, String where) {
    try {
      return Json.readTree(text, where + ", attribute " + ATTRIBUTE);
    } catch (Json.MalformedJsonException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }

  static InvalidRequestException refused(String where, String reason) {
    return new InvalidRequestException("Cannot translate " + where + ": " + reason);
  }
}
