package dev.convoy.data.source;

import dev.convoy.data.io.Storage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table of Delta Lake, Apache Iceberg or Apache Hudi. Only its log determines which rows of its
 * Parquet files are live: read without the log, the files also contain rows that were deleted or
 * rewritten.
 *
 * @param root directory of the table, with scheme
 */
public record LakeTable(LakeTable.Format format, String root) {
  /** Largest number of folders of one level that are searched for a table without files. */
  private static final int MOST_FOLDERS = 100;

  /** A table format with a log. */
  public enum Format {
    DELTA(
        "Delta",
        "delta",
        "io.delta:delta-spark_2.12:3.3.2",
        "io.delta.sql.DeltaSparkSessionExtension",
        Map.of(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")),
    ICEBERG(
        "Iceberg",
        "iceberg",
        "org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.11.0",
        "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        // The catalog of tables that are named by their path.
        Map.of(
            "spark.sql.catalog.default_iceberg", "org.apache.iceberg.spark.SparkCatalog",
            "spark.sql.catalog.default_iceberg.type", "hadoop",
            "spark.sql.catalog.default_iceberg.warehouse", "/tmp")),
    HUDI(
        "Hudi",
        "hudi",
        "org.apache.hudi:hudi-spark3.5-bundle_2.12:1.0.2",
        "org.apache.spark.sql.hudi.HoodieSparkSessionExtension",
        Map.of("spark.serializer", "org.apache.spark.serializer.KryoSerializer"));

    private final String words;
    private final String reader;
    private final String packages;
    private final String extension;
    private final Map<String, String> settings;

    Format(
        String words,
        String reader,
        String packages,
        String extension,
        Map<String, String> settings) {
      this.words = words;
      this.reader = reader;
      this.packages = packages;
      this.extension = extension;
      this.settings = settings;
    }

    /** Returns the format's name for Spark's readers. */
    public String reader() {
      return reader;
    }

    /** Returns the coordinates of the package with the format's reader. */
    public String packages() {
      return packages;
    }

    /** Returns the format's extension of Spark SQL, a class of that package. */
    public String extension() {
      return extension;
    }

    /** Returns the settings of Spark with which the format's tables are read. */
    public Map<String, String> settings() {
      return settings;
    }

    /** Returns whether the package with the format's reader is on the class path. */
    public boolean isOnClassPath() {
      try {
        Class.forName(extension, false, Thread.currentThread().getContextClassLoader());
        return true;
      } catch (ClassNotFoundException e) {
        return false;
      }
    }

    private boolean isAt(Storage storage, String directory) {
      return switch (this) {
        case DELTA -> storage.isVisible(Storage.join(directory, "_delta_log"));
        case HUDI -> storage.isVisible(Storage.join(directory, ".hoodie"));
        case ICEBERG -> {
          String metadata = Storage.join(directory, "metadata");
          yield storage.isVisible(metadata)
              && storage.names(metadata).stream().anyMatch(Format::isIcebergMetadata);
        }
      };
    }

    private static boolean isIcebergMetadata(String name) {
      return name.endsWith(".metadata.json") || name.endsWith(".metadata.json.gz");
    }
  }

  /** Returns the innermost table that is at a path or contains it. The path need not exist. */
  public static Optional<LakeTable> around(Storage storage, String path) {
    for (String directory : storage.selfAndAbove(path)) {
      Optional<LakeTable> table = at(storage, directory);
      if (table.isPresent()) {
        return table;
      }
    }
    return Optional.empty();
  }

  /** Returns the table whose directory is the path; empty if there is none. */
  public static Optional<LakeTable> whole(Storage storage, String path) {
    return storage.isDirectory(path) ? at(storage, storage.qualified(path)) : Optional.empty();
  }

  /**
   * Returns a table below a directory.
   *
   * @param files files below the directory, without hidden ones
   */
  public static Optional<LakeTable> below(
      Storage storage, String directory, List<Storage.Entry> files) {
    String top = storage.qualified(directory);
    for (String folder : tableFolders(files)) {
      Optional<LakeTable> table = at(storage, Storage.join(top, folder));
      if (table.isPresent()) {
        return table;
      }
    }
    return Optional.empty();
  }

  /**
   * Returns a table without visible files, such as one that has no rows yet, one or two levels
   * below a directory.
   */
  static Optional<LakeTable> withoutFiles(Storage storage, String directory) {
    List<String> folders = folders(storage, storage.qualified(directory));
    List<String> below =
        folders.stream()
            .flatMap(folder -> folders(storage, folder).stream())
            .limit(MOST_FOLDERS)
            .toList();
    return Stream.concat(folders.stream(), below.stream())
        .flatMap(folder -> at(storage, folder).stream())
        .findFirst();
  }

  private static List<String> folders(Storage storage, String directory) {
    return storage.names(directory).stream()
        .filter(name -> !name.startsWith(".") && !name.startsWith("_"))
        .limit(MOST_FOLDERS)
        .map(name -> Storage.join(directory, name))
        .filter(storage::isDirectory)
        .toList();
  }

  /**
   * Returns the folders that contain files, and their ancestors, without those of partitions such
   * as {@code day=1}.
   */
  private static Set<String> tableFolders(List<Storage.Entry> files) {
    Set<String> folders = new LinkedHashSet<>();
    for (Storage.Entry file : files) {
      String folder = above(file.relative());
      while (!folder.isEmpty() && (isPartition(folder) || folders.add(folder))) {
        folder = above(folder);
      }
    }
    return folders;
  }

  private static boolean isPartition(String folder) {
    return folder.indexOf('=', folder.lastIndexOf('/') + 1) >= 0;
  }

  private static String above(String relative) {
    int slash = relative.lastIndexOf('/');
    return slash < 0 ? "" : relative.substring(0, slash);
  }

  private static Optional<LakeTable> at(Storage storage, String directory) {
    for (Format format : Format.values()) {
      if (format.isAt(storage, directory)) {
        return Optional.of(new LakeTable(format, directory));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns why an input that is this table, contains it or lies in it is refused, and the remedy.
   *
   * @param input path as the user has given it
   * @param use command that would read the input
   */
  public String refusalOfInput(Storage storage, String input, InputUse use) {
    String qualified = storage.qualified(input);
    String table = "the " + format.words + " table " + root;
    String place =
        qualified.equals(root)
            ? "it is " + (format == Format.ICEBERG ? "an " : "a ") + format.words + " table"
            : (storage.isWithin(root, input) ? "it holds " : "it lies in ") + table;
    if (format != Format.HUDI) {
      return place
          + (qualified.equals(root)
              ? " (leave out --format, or give --format " + format.reader + ")"
              : ", and only its log tells which rows of its files are live ("
                  + use.verb()
                  + " the table: --input "
                  + root
                  + ")");
    }
    String shell =
        "spark-shell --packages "
            + format.packages
            + new TreeMap<>(format.settings)
                .entrySet().stream()
                    .map(setting -> " --conf " + setting.getKey() + "=" + setting.getValue())
                    .collect(Collectors.joining())
            + System.lineSeparator();
    String line =
        String.format(
            Locale.ROOT, "    spark.read.format(\"%s\").load(\"%s\")", format.reader, root);
    return place
        + ", which Convoy does not read yet (its files also hold rows that are deleted or replaced;"
        + " only its log tells them apart). "
        + (use == InputUse.SCORE
            ? "Write its live rows as Parquet, and score those:"
            : "Write the images of its live rows as PNG or JPEG files in one folder for each label,"
                + " and prepare that. To read them:")
        + System.lineSeparator()
        + "    "
        + shell
        + (use == InputUse.SCORE ? line + ".write.parquet(\"live-rows\")" : line);
  }

  /** Returns why an output in this table is refused, and the remedy. */
  public String refusalOfOutput() {
    return "lies in the "
        + format.words
        + " table "
        + root
        + ", in which only writers of that format may write (choose another --output)";
  }
}
