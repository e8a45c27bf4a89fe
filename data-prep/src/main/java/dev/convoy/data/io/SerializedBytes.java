package dev.convoy.data.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;

/**
 * Objects serialised to bytes for the transfer between driver and tasks. Spark may be set to Kryo,
 * and its version of Kryo cannot serialise records; any serialiser can pass bytes. Stored data is
 * never read this way.
 */
public final class SerializedBytes {
  private SerializedBytes() {}

  /** The bytes of a serialisable object. */
  public static byte[] wrap(Object content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(content);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot send " + content.getClass(), e);
    }
    return bytes.toByteArray();
  }

  /** The object that {@link #wrap} has made bytes of. */
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
