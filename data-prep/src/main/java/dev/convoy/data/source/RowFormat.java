package dev.convoy.data.source;

import dev.convoy.data.dataset.ImageDataset;
import java.util.Locale;
import java.util.Optional;

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
  };

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
      case DATASET, TABLE, ORC -> Optional.empty();
    };
  }

  /** Returns whether a file has the name of a file of this format. */
  public boolean hasName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return switch (this) {
      case TABLE -> lower.endsWith(".parquet");
      case ORC -> lower.endsWith(".orc");
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
