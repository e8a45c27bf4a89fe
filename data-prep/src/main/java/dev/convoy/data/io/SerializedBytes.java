package dev.convoy.data.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;

/**
 * Serialises objects to bytes for the transfer between driver and tasks. Spark may be configured to
 * use Kryo, and the version of Kryo in Spark cannot serialise records; any serialiser can transfer
 * bytes. Stored data is never read this way.
 */
public final class SerializedBytes {
  private SerializedBytes() {}

  /** Returns the bytes of a serialisable object. */
  public static byte[] wrap(Object content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(content);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot send " + content.getClass(), e);
    }
    return bytes.toByteArray();
  }

  /** Returns the object whose bytes {@link #wrap} returned. */
  public static <T> T unwrap(byte[] bytes, Class<T> type) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return type.cast(in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot receive " + type, e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("Cannot receive " + type, e);
    }
  }
}
