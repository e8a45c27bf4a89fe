package dev.convoy.benchmarks.preparing;

import dev.convoy.benchmarks.contender.ConvoyCommand;
import dev.convoy.benchmarks.decoding.Decoding;
import dev.convoy.benchmarks.decoding.OpenCv;
import dev.convoy.benchmarks.jvm.Commands;
import dev.convoy.benchmarks.report.Table;
import dev.convoy.data.ImageShape;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.Geometry;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command line of preparing. Exit statuses are Convoy's: 0 done, 1 failed, 2 refused. */
@Command(
    name = "benchmarks/preparing",
    description = {
      "Prepares many small PNG files and some large JPEG files, which are made by a formula.",
      "Beside it the files are only read, decoded and scaled, by OpenCV and by Convoy, in as many"
          + " threads as the job has tasks. The time of prepare without a report is the one that it"
          + " tells: with listing, headers, statistics and files. The other is that of the whole"
          + " command, with the start of Spark."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Main implements Callable<Integer> {
  @Option(
      names = "--small",
      defaultValue = "20000",
      description = "Number of small PNG files (default: ${DEFAULT-VALUE}).")
  private int small;

  @Option(
      names = "--small-side",
      defaultValue = "32",
      description = "Their height and width (default: ${DEFAULT-VALUE}).")
  private int smallSide;

  @Option(
      names = "--large",
      defaultValue = "200",
      description = "Number of large JPEG files (default: ${DEFAULT-VALUE}).")
  private int large;

  @Option(
      names = "--large-height",
      defaultValue = "1536",
      description = "Their height (default: ${DEFAULT-VALUE}).")
  private int largeHeight;

  @Option(
      names = "--large-width",
      defaultValue = "2048",
      description = "Their width (default: ${DEFAULT-VALUE}).")
  private int largeWidth;

  @Option(
      names = "--size",
      defaultValue = "64",
      description = "Height and width of the dataset (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--threads",
      defaultValue = "2",
      description = "Threads of decoders, and tasks at once (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--repetitions",
      defaultValue = "3",
      description = "Passes, after one that does not count (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(names = "--markdown", description = "Write the table as Markdown.")
  private boolean markdown;

  /** A way of working on all files, which returns the seconds that it takes. */
  private record Way(String name, DoubleSupplier seconds) {}

  public static void main(String... args) {
    System.exit(Commands.execute(new Main(), args));
  }

  @Override
  public Integer call() {
    Table table = Commands.in(this::measure);
    System.out.print(table.toText(markdown ? Table.Form.MARKDOWN : Table.Form.TEXT));
    return 0;
  }

  private Table measure(Path work) {
    Table table = new Table("images", "work", "seconds", "images/s", "of OpenCV");
    for (MadeImages images :
        List.of(
            new MadeImages("png", small, smallSide, smallSide),
            new MadeImages("jpeg", large, largeHeight, largeWidth))) {
      if (images.count() > 0) {
        measure(images, work.resolve(images.format()), table);
      }
    }
    return table;
  }

  private void measure(MadeImages images, Path work, Table table) {
    Path input = work.resolve("images");
    images.write(input);
    List<Path> files = files(input);
    List<Way> ways =
        List.of(
            new Way("OpenCV decodes", () -> decode(files, new OpenCv(size))),
            new Way("Convoy decodes", () -> decode(files, convoy())),
            new Way("convoy prepare, no report", () -> prepare(images, work, "off")),
            new Way("convoy prepare", () -> prepare(images, work, "on")));
    double[][] seconds = new double[ways.size()][repetitions];
    // All take turns, so that what slows the machine slows all of them.
    for (int pass = -1; pass < repetitions; pass++) {
      for (int i = 0; i < ways.size(); i++) {
        double took = ways.get(i).seconds.getAsDouble();
        if (pass >= 0) {
          seconds[i][pass] = took;
        }
      }
    }
    double reference = median(seconds[0]);
    String name =
        String.format(
            Locale.ROOT,
            "%,d %s of %d×%d",
            images.count(),
            images.format().toUpperCase(Locale.ROOT),
            images.height(),
            images.width());
    for (int i = 0; i < ways.size(); i++) {
      double median = median(seconds[i]);
      table.row(
          name,
          ways.get(i).name,
          String.format(Locale.ROOT, "%.2f", median),
          String.format(Locale.ROOT, "%,.0f", images.count() / median),
          String.format(Locale.ROOT, "%.2f", reference / median));
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> found = Files.walk(directory)) {
      return found.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + directory, e);
    }
  }

  private Decoding convoy() {
    ImageFitter fitter =
        new ImageFitter(
            new ImageShape(size, size, 3), Geometry.NEW, ImageLimits.DEFAULT, Background.BLACK);
    return file -> {
      try {
        return fitter.toPixels(file).length > 0;
      } catch (BadImageException e) {
        return false;
      }
    };
  }

  private double decode(List<Path> files, Decoding decoding) {
    AtomicInteger next = new AtomicInteger();
    Callable<Void> work =
        () -> {
          for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) {
            if (!decoding.decode(Files.readAllBytes(files.get(i)))) {
              throw new JobFailedException("Cannot decode " + files.get(i));
            }
          }
          return null;
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    long start = System.nanoTime();
    try {
      List<Callable<Void>> all = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        all.add(work);
      }
      for (Future<Void> each : pool.invokeAll(all)) {
        each.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new JobFailedException("Cannot decode all files: " + e.getMessage(), e);
    } finally {
      pool.shutdownNow();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** Returns the time of the whole command if it makes a report, else that of the dataset. */
  private double prepare(MadeImages images, Path work, String report) {
    long start = System.nanoTime();
    var told =
        ConvoyCommand.run(
            "prepare",
            List.of(
                "--input",
                work.resolve("images").toString(),
                "--output",
                work.resolve("dataset").toString(),
                "--overwrite",
                "--size",
                size + "x" + size,
                "--report",
                report,
                "--master",
                "local[" + threads + "]"));
    double whole = (System.nanoTime() - start) / 1e9;
    if (ConvoyCommand.number(told, "examples") != images.count()) {
      throw new JobFailedException("Cannot measure prepare: it lost images: " + told);
    }
    return report.equals("on") ? whole : ConvoyCommand.number(told, "seconds");
  }
}
