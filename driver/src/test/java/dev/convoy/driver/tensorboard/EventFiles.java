package dev.convoy.driver.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.util.PureJavaCrc32C;
import org.tensorflow.framework.Summary;

/**
 * Reads event files as their documentation describes them: records with Hadoop's checksum,
 * summaries with the classes that protoc generated from TensorFlow's own definitions.
 */
public final class EventFiles {
  private EventFiles() {}

  /**
   * An event.
   *
   * @param isStart whether it supersedes all events before it of its step and later ones
   */
  public record Event(
      double seconds, long step, String version, boolean isStart, Summary summary) {}

  /** Returns the events of a directory in the order in which TensorBoard reads them. */
  public static List<Event> read(Path directory) throws IOException {
    List<Event> events = new ArrayList<>();
    for (Path file : files(directory)) {
      events.addAll(readFile(file));
    }
    return events;
  }

  public static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("events.out.tfevents."))
          .sorted()
          .toList();
    }
  }

  /** Returns the events that are left when all that is superseded is taken away. */
  public static List<Event> kept(List<Event> events) {
    List<Event> kept = new ArrayList<>();
    for (Event event : events) {
      if (event.isStart()) {
        kept.removeIf(earlier -> earlier.step() >= event.step());
      }
      kept.add(event);
    }
    return kept;
  }

  public static List<Event> readFile(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int at = bytes.position();
      long length = bytes.getLong();
      check(all, at, Long.BYTES, bytes.getInt());
      byte[] data = new byte[Math.toIntExact(length)];
      int start = bytes.position();
      bytes.get(data);
      check(all, start, data.length, bytes.getInt());
      events.add(event(data));
    }
    return events;
  }

  private static void check(byte[] bytes, int from, int length, int masked) {
    PureJavaCrc32C crc = new PureJavaCrc32C();
    crc.update(bytes, from, length);
    long value = crc.getValue();
    int expected = (int) (((value >>> 15 | value << 17) + 0xa282ead8L) & 0xffffffffL);
    if (expected != masked) {
      throw new AssertionError("wrong checksum at byte " + from);
    }
  }

  private static Event event(byte[] data) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    double seconds = Double.NaN;
    long step = 0;
    String version = "";
    boolean isStart = false;
    Summary summary = Summary.getDefaultInstance();
    while (in.hasRemaining()) {
      switch ((int) varint(in)) {
        case 1 << 3 | 1 -> seconds = in.getDouble();
        case 2 << 3 -> step = varint(in);
        case 3 << 3 | 2 -> version = new String(bytes(in), StandardCharsets.UTF_8);
        case 5 << 3 | 2 -> summary = Summary.parseFrom(bytes(in));
        case 7 << 3 | 2 -> isStart = java.util.Arrays.equals(bytes(in), new byte[] {1 << 3, 1});
        default -> throw new AssertionError("unknown field of an event");
      }
    }
    return new Event(seconds, step, version, isStart, summary);
  }

  private static byte[] bytes(ByteBuffer in) {
    byte[] bytes = new byte[(int) varint(in)];
    in.get(bytes);
    return bytes;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte one = in.get();
      value |= (long) (one & 0x7f) << shift;
      if (one >= 0) {
        return value;
      }
    }
  }
}
