package dev.convoy.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;

/** Tar archives that are written byte by byte, so that nothing in them is as a library wants it. */
public final class TestTar {
  private static final int RECORD = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Adds a file. */
  public TestTar file(String name, byte[] content) {
    return entry(name.getBytes(StandardCharsets.UTF_8), '0', content.length, "", content);
  }

  /** Adds a file of text. */
  public TestTar text(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds an entry without content: a link, a directory or a device. */
  public TestTar special(String name, char type, String target) {
    return entry(name.getBytes(StandardCharsets.UTF_8), type, 0, target, new byte[0]);
  }

  /** Adds a file whose path and other properties are in a header of pax. */
  public TestTar pax(String record, String name, byte[] content) {
    byte[] text = (" " + record + "\n").getBytes(StandardCharsets.UTF_8);
    int length = text.length;
    while ((Integer.toString(length) + record).getBytes(StandardCharsets.UTF_8).length + 2
        != length) {
      length++;
    }
    byte[] whole = (length + " " + record + "\n").getBytes(StandardCharsets.UTF_8);
    entry("PaxHeader".getBytes(StandardCharsets.UTF_8), 'x', whole.length, "", whole);
    return file(name, content);
  }

  /**
   * Adds an entry.
   *
   * @param size size that the header claims
   */
  public TestTar entry(byte[] name, char type, long size, String target, byte[] content) {
    byte[] header = new byte[RECORD];
    System.arraycopy(name, 0, header, 0, Math.min(100, name.length));
    put(header, 100, "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, String.format(Locale.ROOT, "%011o", size));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 157, target);
    put(header, 257, "ustar");
    put(header, 263, "00");
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o", sum));
    header[154] = 0;
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[(RECORD - content.length % RECORD) % RECORD]);
    return this;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /** Returns the archive without the mark of its end. */
  public byte[] open() {
    return out.toByteArray();
  }

  /** Returns the archive with two records of zeros at its end. */
  public byte[] bytes() {
    byte[] open = out.toByteArray();
    return java.util.Arrays.copyOf(open, open.length + 2 * RECORD);
  }

  public static byte[] zstd(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new ZstdCompressorOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
