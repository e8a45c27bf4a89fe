package dev.convoy.data.source;

import dev.convoy.data.dataset.ImageDataset;
import java.util.Locale;

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
  /** A table of Parquet files. */
  TABLE {
    @Override
    public Recognition recognise(InputListing listing) {
      long files = listing.tableFiles().stream().filter(file -> isParquet(file.relative())).count();
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
  };

  /** Returns whether a file has the name of a Parquet file. */
  public static boolean isParquet(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".parquet");
  }

  @Override
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
