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
  DATASET {
    @Override
    public Recognition recognise(InputListing listing) {
      return ImageDataset.isDataset(listing.storage(), listing.path())
          ? Recognition.WHOLE
          : Recognition.NONE;
    }

    @Override
    public String expectedFiles(InputUse use) {
      return "";
    }
  },
  /** A table of Delta Lake. */
  DELTA {
    @Override
    public Recognition recognise(InputListing listing) {
      return ofLake(listing, LakeTable.Format.DELTA);
    }

    @Override
    public String expectedFiles(InputUse use) {
      return "";
    }
  },
  /** A table of Apache Iceberg. */
  ICEBERG {
    @Override
    public Recognition recognise(InputListing listing) {
      return ofLake(listing, LakeTable.Format.ICEBERG);
    }

    @Override
    public String expectedFiles(InputUse use) {
      return "";
    }
  },
  /** A table of Parquet files. */
  TABLE {
    @Override
    public Recognition recognise(InputListing listing) {
      long files = listing.tableFiles().stream().filter(file -> hasName(file.relative())).count();
      return Recognition.files(files, "Parquet file");
    }

    @Override
    public String expectedFiles(InputUse use) {
      return "Parquet file";
    }

    @Override
    public String howToSelect(InputUse use) {
      return "name the directory of the Parquet files";
    }
  },
  /** A table of ORC files. */
  ORC {
    @Override
    public Recognition recognise(InputListing listing) {
      long files = listing.tableFiles().stream().filter(file -> hasName(file.relative())).count();
      return Recognition.files(files, "ORC file");
    }

    @Override
    public String expectedFiles(InputUse use) {
      return "ORC file";
    }

    @Override
    public String howToSelect(InputUse use) {
      return "name the directory of the ORC files";
    }
  },
  /** A table of Avro files. */
  AVRO {
    @Override
    public Recognition recognise(InputListing listing) {
      long files = listing.tableFiles().stream().filter(file -> hasName(file.relative())).count();
      return Recognition.files(files, "Avro file");
    }

    @Override
    public String expectedFiles(InputUse use) {
      return "Avro file";
    }

    @Override
    public String howToSelect(InputUse use) {
      return "name the directory of the Avro files";
    }
  },
  /** A table of CSV files, the first line of which names the columns, or of TSV files. */
  CSV {
    @Override
    public Recognition recognise(InputListing listing) {
      return asText(listing, this, "CSV file");
    }

    @Override
    public String expectedFiles(InputUse use) {
      return "CSV file";
    }
  },
  /** A table of JSON files, with an object on each line or in one array. */
  JSON {
    @Override
    public Recognition recognise(InputListing listing) {
      return asText(listing, this, "JSON file");
    }

    @Override
    public String expectedFiles(InputUse use) {
      return "JSON file";
    }
  };

  /** A class of Spark's package for Avro. */
  private static final String AVRO_READER = "org.apache.spark.sql.avro.AvroFileFormat";

  private static final String AVRO_PACKAGE = "org.apache.spark:spark-avro_2.12:3.5.7";

  private static final Pattern CSV_NAME = Pattern.compile(".+\\.[ct]sv(\\.(gz|bz2|zst))?");
  private static final Pattern JSON_NAME =
      Pattern.compile(".+\\.(json|jsonl|ndjson)(\\.(gz|bz2|zst))?");

  /**
   * Text files often lie beside images and other tables, which they describe. They are the input
   * only if there is nothing else.
   */
  private static Recognition asText(InputListing listing, RowFormat format, String kind) {
    List<Storage.Entry> files = listing.tableFiles();
    boolean only =
        !files.isEmpty()
            && LakeTable.whole(listing.storage(), listing.path()).isEmpty()
            && !isOwn(listing.storage(), listing.path())
            && files.stream().allMatch(file -> format.hasName(file.relative()));
    return Recognition.files(only ? files.size() : 0, kind);
  }

  private static Recognition ofLake(InputListing listing, LakeTable.Format format) {
    return LakeTable.whole(listing.storage(), listing.path())
            .filter(table -> table.format() == format)
            .isPresent()
        ? Recognition.WHOLE
        : Recognition.NONE;
  }

  /** Returns the lake format that this is; empty for tables whose files are all live. */
  public Optional<LakeTable.Format> lake() {
    return switch (this) {
      case DELTA -> Optional.of(LakeTable.Format.DELTA);
      case ICEBERG -> Optional.of(LakeTable.Format.ICEBERG);
      case DATASET, TABLE, ORC, AVRO, CSV, JSON -> Optional.empty();
    };
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
    return switch (this) {
      case TABLE -> Optional.of(ForeignFormat.PARQUET);
      case ORC -> Optional.of(ForeignFormat.ORC);
      case AVRO -> Optional.of(ForeignFormat.AVRO);
      case CSV -> Optional.of(ForeignFormat.CSV);
      case JSON -> Optional.of(ForeignFormat.JSON);
      case DATASET, DELTA, ICEBERG -> Optional.empty();
    };
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
            .filter(format -> format.files().equals(Optional.of(kind)))
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
            .filter(format -> format.files().isPresent() && format.isOnly(storage, path))
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
    String lower = name.toLowerCase(Locale.ROOT);
    return switch (this) {
      case TABLE -> lower.endsWith(".parquet");
      case ORC -> lower.endsWith(".orc");
      case AVRO -> lower.endsWith(".avro");
      case CSV -> CSV_NAME.matcher(lower).matches();
      case JSON -> JSON_NAME.matcher(lower).matches();
      case DATASET, DELTA, ICEBERG -> false;
    };
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
