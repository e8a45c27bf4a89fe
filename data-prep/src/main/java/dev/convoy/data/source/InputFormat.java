package dev.convoy.data.source;

/** A format of input images. {@link InputFormats} lists those of a command. */
public sealed interface InputFormat permits SliceFormat, RowFormat {
  /** Returns the name on the command line and in manifests, such as {@code idx}. */
  String key();

  /** Looks for the format in an input, without reading an image. */
  Recognition recognise(InputListing listing);

  /**
   * Returns a description of the files that {@link #recognise} looks for, for the message that
   * there are none; empty for a directory that is recognised by a marker.
   */
  String expectedFiles(InputUse use);

  /** Returns the instruction to select this format for an input with files of several formats. */
  default String howToSelect(InputUse use) {
    return use.verb() + " the images with --format " + key();
  }

  /**
   * The part of an input that has a format.
   *
   * @param whole whether the input is of this format, whatever else it contains
   * @param files number of files of the format, if the input may also be of another one
   * @param kind singular name of these files, such as {@code Parquet file}
   */
  record Recognition(boolean whole, long files, String kind) {
    /** The input is not of the format. */
    public static final Recognition NONE = new Recognition(false, 0, "");

    /** The input is of the format, whatever else it contains. */
    public static final Recognition WHOLE = new Recognition(true, 0, "");

    /** Returns the result for an input that contains files of the format. */
    public static Recognition files(long count, String kind) {
      return new Recognition(false, count, kind);
    }
  }
}
