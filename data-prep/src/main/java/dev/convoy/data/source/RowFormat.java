package dev.convoy.data.source;

import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Storage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A format that Spark SQL reads as rows with a column of images. */
public enum RowFormat implements InputFormat {
  /** A prepared dataset. */
  DATASET,
  /** A table of Delta Lake. */
  DELTA(LakeTable.Format.DELTA),
  /** A table of Apache Iceberg. */
  ICEBERG(LakeTable.Format.ICEBERG),
  /** A table of Parquet files. */
  TABLE(ForeignFormat.PARQUET, ".+\\.parquet"),
  /** A table of ORC files. */
  ORC(ForeignFormat.ORC, ".+\\.orc"),
  /** A table of Avro files. */
  AVRO(ForeignFormat.AVRO, ".+\\.avro"),
  /** A table of CSV files, the first line of which names the columns, or of TSV files. */
  CSV(ForeignFormat.CSV, ".+\\.[ct]sv(\\.(gz|bz2|zst))?"),
  /** A table of JSON files, with an object on each line or in one array. */
  JSON(ForeignFormat.JSON, ".+\\.(json|jsonl|ndjson)(\\.(gz|bz2|zst))?");

  /** A class of Spark's package for Avro. */
  private static final String AVRO_READER = "org.apache.spark.sql.avro.AvroFileFormat";

  private static final String AVRO_PACKAGE = "org.apache.spark:spark-avro_2.12:3.5.7";

  private final Optional<LakeTable.Format> lake;
  private final Optional<ForeignFormat> files;
  private final Pattern names;

  RowFormat() {
    this(Optional.empty(), Optional.empty(), "");
  }

  RowFormat(LakeTable.Format lake) {
    this(Optional.of(lake), Optional.empty(), "");
  }

  RowFormat(ForeignFormat files, String names) {
    this(Optional.empty(), Optional.of(files), names);
  }

  RowFormat(Optional<LakeTable.Format> lake, Optional<ForeignFormat> files, String names) {
    this.lake = lake;
    this.files = files;
    this.names = Pattern.compile(names, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  }

  @Override
  public Recognition recognise(InputListing listing) {
    if (files.isEmpty()) {
      return isWhole(listing.storage(), listing.path()) ? Recognition.WHOLE : Recognition.NONE;
    }
    List<Storage.Entry> all = listing.tableFiles();
    long own = all.stream().filter(file -> hasName(file.relative())).count();
    boolean claims = !isText() || (own == all.size() && !hasMarker(listing));
    return Recognition.files(claims ? own : 0, files.get().one().replaceFirst("^an? ", ""));
  }

  /** Returns whether a directory is a dataset, or a table of this lake format. */
  private boolean isWhole(Storage storage, String path) {
    return lake.isEmpty()
        ? ImageDataset.isDataset(storage, path)
        : LakeTable.whole(storage, path).map(LakeTable::format).equals(lake);
  }

  /**
   * Returns whether an input is a directory of a format with a log or a marker, which may be JSON
   * files. Text files often lie beside images and other tables too, which they describe; they are
   * the input only if there is nothing else.
   */
  private static boolean hasMarker(InputListing listing) {
    return LakeTable.whole(listing.storage(), listing.path()).isPresent()
        || isOwn(listing.storage(), listing.path());
  }

  @Override
  public String expectedFiles(InputUse use) {
    return files.map(kind -> kind.one().replaceFirst("^an? ", "")).orElse("");
  }

  @Override
  public String howToSelect(InputUse use) {
    return files
        .map(kind -> "name the directory of the " + kind.many())
        .orElseGet(() -> InputFormat.super.howToSelect(use));
  }

  /** Returns the lake format that this is; empty for tables whose files are all live. */
  public Optional<LakeTable.Format> lake() {
    return lake;
  }

  /** Returns the package to add if the format's reader is not on the class path. */
  public Optional<String> missingPackage() {
    if (this == AVRO) {
      try {
        Class.forName(AVRO_READER, false, Thread.currentThread().getContextClassLoader());
        return Optional.empty();
      } catch (ClassNotFoundException e) {
        return Optional.of(AVRO_PACKAGE);
      }
    }
    return lake().filter(format -> !format.isOnClassPath()).map(LakeTable.Format::packages);
  }

  /** Returns whether the rows are in text files, in which images are named by their paths. */
  public boolean isText() {
    return this == CSV || this == JSON;
  }

  /** Returns the kind of the files of a table; empty for a format with a marker or a log. */
  public Optional<ForeignFormat> files() {
    return files;
  }

  /** Returns whether a directory is one of Convoy's own, whose markers are JSON files. */
  private static boolean isOwn(Storage storage, String path) {
    return ImageDataset.isDataset(storage, path) || OwnDirectory.whole(storage, path).isPresent();
  }

  /** Returns the format of tables of files of a kind; empty if there is none. */
  public static Optional<RowFormat> ofFiles(ForeignFormat kind) {
    return kind == ForeignFormat.TSV
        ? Optional.of(CSV)
        : Arrays.stream(values())
            .filter(format -> format.files.equals(Optional.of(kind)))
            .findFirst();
  }

  /**
   * Returns the format of the table that a path obviously is, by a few look-ups: a table of a lake
   * format; a file of a table; or a directory with visible files of one such kind only and, except
   * for those of partitions, no directories. Empty for everything else.
   */
  public static Optional<RowFormat> ofTable(Storage storage, String path) {
    if (!storage.exists(path)) {
      return Optional.empty();
    }
    if (!storage.isDirectory(path)) {
      return ForeignInput.formatOf(storage, storage.entry(path)).flatMap(RowFormat::ofFiles);
    }
    Optional<LakeTable> lake = LakeTable.whole(storage, path);
    if (lake.isEmpty() && isOwn(storage, path)) {
      return Optional.empty();
    }
    return lake.isPresent()
        ? lake.flatMap(RowFormat::of)
        : Arrays.stream(values())
            .filter(format -> format.files.isPresent() && format.isOnly(storage, path))
            .findFirst();
  }

  private boolean isOnly(Storage storage, String directory) {
    List<String> names =
        storage.names(directory).stream()
            .filter(name -> !name.startsWith(".") && !name.startsWith("_"))
            .toList();
    Optional<String> partition = names.stream().filter(name -> name.indexOf('=') > 0).findFirst();
    if (partition.isPresent()) {
      String below = Storage.join(directory, partition.get());
      return names.stream().allMatch(name -> name.indexOf('=') > 0)
          && storage.isDirectory(below)
          && isOnly(storage, below);
    }
    return !names.isEmpty() && names.stream().allMatch(this::hasName);
  }

  /** Returns whether a file has the name of a file of this format. */
  public boolean hasName(String name) {
    return names.matcher(name).matches();
  }

  /** Returns the format of a lake table; empty if Convoy does not read it. */
  public static Optional<RowFormat> of(LakeTable table) {
    return switch (table.format()) {
      case DELTA -> Optional.of(DELTA);
      case ICEBERG -> Optional.of(ICEBERG);
      case HUDI -> Optional.empty();
    };
  }

  @Override
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
