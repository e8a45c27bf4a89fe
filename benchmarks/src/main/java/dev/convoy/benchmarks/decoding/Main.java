package dev.convoy.benchmarks.decoding;

import dev.convoy.benchmarks.jvm.Commands;
import dev.convoy.benchmarks.report.Table;
import dev.convoy.data.ImageShape;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.Geometry;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.Resampling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command line of decoding. Exit statuses are Convoy's: 0 done, 1 failed, 2 refused. */
@Command(
    name = "benchmarks/decoding",
    description = {
      "Decodes image files in one thread and scales them into a square, by Convoy and by OpenCV.",
      "The files are in memory. OpenCV drops transparency, which Convoy draws on black."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Main implements Callable<Integer> {
  @Option(names = "--images", required = true, description = "Directory of PNG and JPEG files.")
  private Path images;

  @Option(
      names = "--every",
      defaultValue = "1",
      description = "Take every so many of the files in the order of their paths.")
  private int every;

  @Option(
      names = "--size",
      defaultValue = "64",
      description = "Height and width of the result (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--repetitions",
      defaultValue = "5",
      description = "Passes over all files; the median counts (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(names = "--markdown", description = "Write the table as Markdown.")
  private boolean markdown;

  public static void main(String... args) {
    System.exit(Commands.execute(new Main(), args));
  }

  @Override
  public Integer call() {
    List<byte[]> files = files();
    Table table = new Table("decoder", "files", "not read", "seconds", "files/s", "of OpenCV");
    Decoding peer = new OpenCv(size);
    // All take turns, so that what slows the machine slows all of them.
    List<Decoding> all =
        List.of(peer, convoy(Resampling.AREA_BICUBIC), convoy(Resampling.BILINEAR));
    List<String> names = List.of("OpenCV", "Convoy, area-bicubic", "Convoy, bilinear");
    double[][] seconds = new double[all.size()][repetitions];
    long[] unread = new long[all.size()];
    for (int pass = -1; pass < repetitions; pass++) {
      for (int i = 0; i < all.size(); i++) {
        Decoding decoding = all.get(i);
        long start = System.nanoTime();
        unread[i] = files.stream().filter(file -> !decoding.decode(file)).count();
        if (pass >= 0) {
          seconds[i][pass] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    double reference = median(seconds[0]);
    for (int i = 0; i < all.size(); i++) {
      double median = median(seconds[i]);
      table.row(
          names.get(i),
          String.format(Locale.ROOT, "%,d", files.size()),
          String.valueOf(unread[i]),
          String.format(Locale.ROOT, "%.2f", median),
          String.format(Locale.ROOT, "%,.0f", files.size() / median),
          String.format(Locale.ROOT, "%.2f", reference / median));
    }
    System.out.print(table.toText(markdown ? Table.Form.MARKDOWN : Table.Form.TEXT));
    return 0;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private Decoding convoy(Resampling resampling) {
    ImageFitter fitter =
        new ImageFitter(
            new ImageShape(size, size, 3),
            Geometry.DEFAULT.with(resampling),
            ImageLimits.DEFAULT,
            Background.BLACK);
    return file -> {
      try {
        return fitter.toPixels(file).length > 0;
      } catch (BadImageException e) {
        return false;
      }
    };
  }

  /** Returns the files within Convoy's limit of pixels. */
  private List<byte[]> files() {
    List<Path> paths;
    try (Stream<Path> found = Files.walk(images)) {
      paths =
          found
              .filter(path -> path.toString().matches(".*\\.(png|jpg|jpeg)"))
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
      List<byte[]> files = new ArrayList<>();
      for (int i = 0; i < paths.size(); i += every) {
        byte[] file = Files.readAllBytes(paths.get(i));
        if (isWithinLimits(file)) {
          files.add(file);
        }
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + images, e);
    }
  }

  private static boolean isWithinLimits(byte[] file) {
    try {
      ImageFitter.naturalShape(file, ImageLimits.DEFAULT);
      return true;
    } catch (BadImageException e) {
      return false;
    }
  }
}
