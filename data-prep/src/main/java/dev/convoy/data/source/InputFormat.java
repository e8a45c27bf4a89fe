package dev.convoy.data.source;

/** A format in which the images of an input lie. {@link InputFormats} lists those of a command. */
public sealed interface InputFormat permits SliceFormat, RowFormat {
  /** The word on the command line and in manifests, such as {@code idx}. */
  String key();

  /** Looks for the format in an input, without reading an image. */
  Recognition recognise(InputListing listing);

  /**
   * The files that {@link #recognise} looks for, in a message that there are none; empty for a
   * directory that is known by a marker.
   */
  String wanted(InputUse use);

  /** An order to take the files of this format alone, where those of others lie beside them. */
  default String choice(InputUse use) {
    return use.verb() + " the images with --format " + key();
  }

  /**
   * The share of an input that is of a format.
   *
   * @param whole true where the input is of this format, whatever else it holds
   * @param files how many files of the format it holds, where it may be of another one too
   * @param kind of these files, in the plural, such as {@code Parquet files}
   */
  record Recognition(boolean whole, long files, String kind) {
    /** The input is not of the format. */
    public static final Recognition NONE = new Recognition(false, 0, "");

    /** The input is of the format, whatever else it holds. */
    public static final Recognition WHOLE = new Recognition(true, 0, "");

    /** The input holds files of the format. */
    public static Recognition files(long count, String kind) {
      return new Recognition(false, count, kind);
    }
  }
}
