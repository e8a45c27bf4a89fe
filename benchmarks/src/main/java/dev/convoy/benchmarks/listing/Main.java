package dev.convoy.benchmarks.listing;

import dev.convoy.benchmarks.jvm.Commands;
import dev.convoy.benchmarks.report.Table;
import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command line of the listing. Exit statuses are Convoy's: 0 done, 1 failed, 2 refused. */
@Command(
    name = "benchmarks/listing",
    description = "Lists local files by Convoy, by Java and by Hadoop, and tells the time of each.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Main implements Callable<Integer> {
  private static final int FOLDERS = 100;

  @Option(
      names = "--files",
      defaultValue = "100000",
      description = "Files that Convoy and Java list (default: ${DEFAULT-VALUE}).")
  private int files;

  @Option(
      names = "--hadoop-files",
      defaultValue = "1000",
      description =
          "Files that Hadoop lists, which starts a process for each (default: ${DEFAULT-VALUE}).")
  private int hadoopFiles;

  @Option(names = "--markdown", description = "Write the table as Markdown.")
  private boolean markdown;

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
    Path many = fill(work.resolve("many"), files);
    Path few = fill(work.resolve("few"), hadoopFiles);
    Table table = new Table("listing", "files", "seconds", "files/s", "heap, bytes a file");
    add(table, "Files.walk of Java", many, Main::byJava);
    add(table, "Convoy", many, Main::byConvoy);
    add(table, "listFiles of Hadoop", few, Main::byHadoop);
    return table;
  }

  private static Path fill(Path directory, int count) {
    try {
      for (int folder = 0; folder < FOLDERS; folder++) {
        Files.createDirectories(directory.resolve("label-" + folder));
      }
      for (int file = 0; file < count; file++) {
        Files.write(
            directory.resolve("label-" + file % FOLDERS).resolve("image-" + file + ".png"),
            new byte[1]);
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot fill " + directory, e);
    }
  }

  private static void add(Table table, String name, Path directory, ToLongFunction<Path> listing) {
    long start = System.nanoTime();
    long count = listing.applyAsLong(directory);
    double seconds = (System.nanoTime() - start) / 1e9;
    table.row(
        name,
        String.format(Locale.ROOT, "%,d", count),
        String.format(Locale.ROOT, "%.2f", seconds),
        String.format(Locale.ROOT, "%,.0f", count / seconds),
        name.equals("Convoy") ? String.valueOf(heapOf(directory) / count) : "-");
  }

  private static long byJava(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).count();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + directory, e);
    }
  }

  private static long byConvoy(Path directory) {
    return tree(directory).files().size();
  }

  private static FileTree tree(Path directory) {
    return new Storage(new Configuration())
        .tree(directory.toString(), FileTree.Hidden.BY_CONVENTION);
  }

  private static long byHadoop(Path directory) {
    try {
      FileSystem local = FileSystem.getLocal(new Configuration()).getRawFileSystem();
      RemoteIterator<?> found =
          local.listFiles(new org.apache.hadoop.fs.Path(directory.toString()), true);
      long count = 0;
      while (found.hasNext()) {
        found.next();
        count++;
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + directory, e);
    }
  }

  /** Returns the heap memory that a listing holds. */
  private static long heapOf(Path directory) {
    long before = usedHeap();
    FileTree held = tree(directory);
    long after = usedHeap();
    return held.files().isEmpty() ? 0 : after - before;
  }

  private static long usedHeap() {
    System.gc();
    Runtime jvm = Runtime.getRuntime();
    return jvm.totalMemory() - jvm.freeMemory();
  }
}
