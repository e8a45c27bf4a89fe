package dev.convoy.data.prepare;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;

/**
 * Objects as bytes on their way between driver and tasks. Spark may be set to Kryo, whose version
 * there knows no records; bytes pass through any serialiser. Nothing stored is ever read this way.
 */
final class SerializedBytes {
  private SerializedBytes() {}

  static byte[] wrap(Object content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(content);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot send " + content.getClass(), e);
    }
    return bytes.toByteArray();
  }

  static <T> T unwrap(byte[] bytes, Class<T> type) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return type.cast(in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot receive " + type, e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("Cannot receive " + type, e);
    }
  }
}
