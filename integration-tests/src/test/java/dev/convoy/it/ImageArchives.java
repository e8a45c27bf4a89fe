package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Ninety images of three labels in a tar archive of each compression, and in a folder. */
final class ImageArchives {
  private static final String[] LABELS = {"cat", "dog", "eel"};
  private static final int EACH = 30;
  private static JsonNode prepared;

  private ImageArchives() {}

  /** The archives, by name. */
  static Map<String, byte[]> archives() throws IOException {
    byte[][] tars = new byte[3][];
    for (int archive = 0; archive < 3; archive++) {
      ByteArrayOutputStream tar = new ByteArrayOutputStream();
      for (int i = 0; i < EACH; i++) {
        byte[] image = png(archive, i);
        tar.writeBytes(header(name(archive, i), image.length));
        tar.writeBytes(image);
        tar.writeBytes(new byte[-image.length & 511]);
      }
      tar.writeBytes(new byte[1024]);
      tars[archive] = tar.toByteArray();
    }
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream compressed = new GZIPOutputStream(gzip)) {
      compressed.write(tars[1]);
    }
    Map<String, byte[]> archives = new LinkedHashMap<>();
    archives.put("a.tar", tars[0]);
    archives.put("b.tar.gz", gzip.toByteArray());
    archives.put("c.tar.zst", zstd(tars[2]));
    return archives;
  }

  /** A directory of the same images, with a folder for each label. */
  static Path folder() throws IOException {
    Path folder = Sample.work().resolve("archived images");
    for (int archive = 0; archive < 3; archive++) {
      for (int i = 0; i < EACH; i++) {
        Path file = folder.resolve(name(archive, i));
        Files.createDirectories(file.getParent());
        Files.write(file, png(archive, i));
      }
    }
    return folder;
  }

  /** What {@link #of} the manifest of the archives is where they are local files. */
  static synchronized JsonNode prepared() throws IOException {
    if (prepared == null) {
      Path input = Files.createDirectories(Sample.work().resolve("archives"));
      for (Map.Entry<String, byte[]> archive : archives().entrySet()) {
        Files.write(input.resolve(archive.getKey()), archive.getValue());
      }
      Convoy.Outcome outcome =
          Convoy.in(Sample.work())
              .run(
                  "prepare",
                  "--input",
                  "archives",
                  "--output",
                  "of archives",
                  "--validation",
                  "0",
                  "--report",
                  "off");
      assertThat(outcome.status()).as("%s", outcome).isZero();
      prepared = of(Files.readString(Sample.work().resolve("of archives/manifest.json")));
    }
    return prepared;
  }

  /** What a manifest says of the examples, wherever they came from. */
  static JsonNode of(String manifest) {
    JsonNode all = Json.readTree(manifest, "manifest");
    ObjectNode examples = Json.object();
    for (String member : new String[] {"shape", "labels", "counts", "normalisation"}) {
      assertThat(all.has(member)).as(member).isTrue();
      examples.set(member, all.get(member));
    }
    return examples.set("fingerprint", all.get("fingerprint"));
  }

  private static String name(int archive, int i) {
    return LABELS[i % 3] + "/" + archive + "-" + i + ".png";
  }

  private static byte[] png(int archive, int i) {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    for (int pixel = 0; pixel < 64; pixel++) {
      image.setRGB(pixel % 8, pixel / 8, (archive * EACH + i + 1) * (pixel + 1) * 40_503);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }

  /** The 512 bytes before a file, in the format ustar of POSIX. */
  private static byte[] header(String name, int length) {
    ByteBuffer header = ByteBuffer.allocate(512);
    header.put(0, ascii(name));
    header.put(100, ascii("0000644\0" + "0000000\0" + "0000000\0"));
    header.put(124, ascii("%011o\0%011o\0".formatted(length, 0)));
    header.put(148, ascii("        0"));
    header.put(257, ascii("ustar\000" + "00"));
    int sum = 0;
    for (byte each : header.array()) {
      sum += each & 0xff;
    }
    header.put(148, ascii("%06o\0 ".formatted(sum)));
    return header.array();
  }

  /** A frame of Zstandard (RFC 8878) with blocks that are not compressed. */
  private static byte[] zstd(byte[] content) {
    int most = 1 << 17;
    int blocks = content.length / most + 1;
    ByteBuffer frame =
        ByteBuffer.allocate(9 + 3 * blocks + content.length).order(ByteOrder.LITTLE_ENDIAN);
    // One segment with its size in four bytes.
    frame.putInt(0xFD2FB528).put((byte) 0xA0).putInt(content.length);
    for (int block = 0; block < blocks; block++) {
      int from = block * most;
      int size = Math.min(most, content.length - from);
      int header = size << 3 | (block == blocks - 1 ? 1 : 0);
      frame.put((byte) header).put((byte) (header >> 8)).put((byte) (header >> 16));
      frame.put(content, from, size);
    }
    return frame.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
