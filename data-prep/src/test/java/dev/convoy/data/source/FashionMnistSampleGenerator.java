package dev.convoy.data.source;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the sample of {@link FashionMnistSample} from the whole Fashion-MNIST, as Debian's package
 * {@code dataset-fashion-mnist} installs it. Equal input gives equal files.
 *
 * <p>Arguments: the directory of the whole set, the directory to write.
 */
public final class FashionMnistSampleGenerator {
  private static final int LABELS = 10;
  private static final int PIXELS = 28 * 28;

  private FashionMnistSampleGenerator() {}

  public static void main(String[] args) throws IOException {
    Path from = Path.of(args[0]);
    Path to = Files.createDirectories(Path.of(args[1]));
    choose(from, to, "train", FashionMnistSample.TRAIN / LABELS);
    choose(from, to, "t10k", FashionMnistSample.TEST / LABELS);
    Files.writeString(
        to.resolve("labels.txt"), String.join("\n", FashionMnistSample.LABELS) + "\n");
  }

  private static void choose(Path from, Path to, String stem, int perLabel) throws IOException {
    String imagesName = stem + "-images-idx3-ubyte.gz";
    String labelsName = stem + "-labels-idx1-ubyte.gz";
    ByteArrayOutputStream images = new ByteArrayOutputStream();
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    try (DataInputStream imagesIn = open(from.resolve(imagesName));
        DataInputStream labelsIn = open(from.resolve(labelsName))) {
      imagesIn.readInt();
      int count = imagesIn.readInt();
      imagesIn.skipNBytes(8);
      labelsIn.skipNBytes(8);
      int[] chosen = new int[LABELS];
      for (int i = 0; i < count; i++) {
        byte[] image = imagesIn.readNBytes(PIXELS);
        int label = labelsIn.readUnsignedByte();
        if (chosen[label]++ < perLabel) {
          images.write(image);
          labels.write(label);
        }
      }
    }
    write(to.resolve(imagesName), images.toByteArray(), 0x803, labels.size(), 28, 28);
    write(to.resolve(labelsName), labels.toByteArray(), 0x801, labels.size());
  }

  private static DataInputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    return new DataInputStream(new GZIPInputStream(in, 1 << 16));
  }

  private static void write(Path file, byte[] content, int... header) throws IOException {
    try (DataOutputStream out = new DataOutputStream(new BestGzip(Files.newOutputStream(file)))) {
      for (int field : header) {
        out.writeInt(field);
      }
      out.write(content);
    }
  }

  /** Writes no time of modification, so that equal content gives equal bytes. */
  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
