package dev.convoy.data.source;

import dev.convoy.data.io.Storage;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A kind of file that Convoy recognises but does not read, with a remedy. It is recognised by the
 * bytes at its start if its format has a signature, else by its name.
 */
public enum ForeignFormat {
  ORC("an ORC file", "ORC files", Remedy.TABLE, ".+\\.orc"),
  AVRO("an Avro file", "Avro files", Remedy.TABLE, ".+\\.avro"),
  PARQUET("a Parquet file", "Parquet files", Remedy.TABLE, ".+\\.(parquet|parq)"),
  ARROW("an Arrow file", "Arrow files", Remedy.IMAGES, ".+\\.(arrow|feather)"),
  NPZ("a NumPy archive", "NumPy archives", Remedy.IMAGES, ".+\\.npz"),
  TAR("a tar archive", "tar archives", Remedy.RECOMPRESS, ".+\\.(tar|tgz|tar\\.[a-z0-9]+)"),
  ZIP("a zip archive", "zip archives", Remedy.UNPACK, ".+\\.zip"),
  SEVEN_ZIP("a 7z archive", "7z archives", Remedy.UNPACK, ".+\\.7z"),
  RAR("a RAR archive", "RAR archives", Remedy.UNPACK, ".+\\.rar"),
  HDF5("an HDF5 file", "HDF5 files", Remedy.IMAGES, ".+\\.(h5|hdf5|he5)"),
  MATLAB("a MATLAB file", "MATLAB files", Remedy.IMAGES, ".+\\.mat"),
  SQLITE("an SQLite database", "SQLite databases", Remedy.IMAGES, ".+\\.(sqlite3?|db)"),
  LMDB("a file of an LMDB database", "files of LMDB databases", Remedy.IMAGES, "(data|lock)\\.mdb"),
  NPY("a NumPy array", "NumPy arrays", Remedy.IMAGES, ".+\\.npy"),
  TFRECORD(
      "a TFRecord file",
      "TFRecord files",
      Remedy.IMAGES,
      ".+\\.(tfrecords?|tfrec)(-\\d+-of-\\d+)?(\\.gz)?"),
  RECORD_IO("an MXNet RecordIO file", "MXNet RecordIO files", Remedy.IMAGES, ".+\\.rec"),
  CIFAR(
      "a binary file of CIFAR",
      "binary files of CIFAR",
      Remedy.PREPARE,
      "(data_batch_\\d+|test_batch|train|test)\\.bin"),
  PICKLE(
      "a Python pickle",
      "Python pickles",
      Remedy.IMAGES,
      "data_batch_\\d+|test_batch|batches\\.meta|.+\\.(pkl|pickle)"),
  IDX("an IDX file", "IDX files", Remedy.PREPARE, ".+-(images|labels)[-.]idx\\d-[a-z]+(\\.gz)?"),
  HEIF("an HEIF image", "HEIF images", Remedy.CONVERT, ".+\\.(heic|heif|avif)"),
  DICOM("a DICOM image", "DICOM images", Remedy.CONVERT, ".+\\.(dcm|dicom)"),
  CSV("a CSV file", "CSV files", Remedy.TABLE, ".+\\.csv(\\.[a-z0-9]+)?"),
  TSV("a TSV file", "TSV files", Remedy.TABLE, ".+\\.tsv(\\.[a-z0-9]+)?"),
  JSON("a JSON file", "JSON files", Remedy.TABLE, ".+\\.(json|jsonl|ndjson)(\\.[a-z0-9]+)?");

  /**
   * Number of bytes at the start of a file for {@link #of}; the signature of a tar file is at 257.
   */
  static final int SIGNATURE_BYTES = 512;

  private enum Remedy {
    TABLE,
    UNPACK,
    RECOMPRESS,
    IMAGES,
    PREPARE,
    CONVERT
  }

  private final String one;
  private final String many;
  private final Remedy remedy;
  private final Pattern names;

  ForeignFormat(String one, String many, Remedy remedy, String names) {
    this.one = one;
    this.many = many;
    this.remedy = remedy;
    this.names = Pattern.compile(names, Pattern.CASE_INSENSITIVE);
  }

  /**
   * Returns the kind of a file.
   *
   * @param start the first {@value #SIGNATURE_BYTES} bytes of the file, or the whole of a shorter
   *     one; empty to use only the name
   */
  static Optional<ForeignFormat> of(Storage.Entry file, byte[] start) {
    String path = file.relative();
    String lower = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    for (ForeignFormat format : values()) {
      if (format.hasSignature(lower, new Start(start))) {
        return Optional.of(format);
      }
    }
    for (ForeignFormat format : values()) {
      if (format.names.matcher(lower).matches() && format.canHave(file.bytes())) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns whether a file may have so many bytes: a record of CIFAR is one or two bytes of labels
   * and 32×32×3 bytes of pixels.
   */
  private boolean canHave(long bytes) {
    return this != CIFAR || (bytes > 0 && (bytes % 3073 == 0 || bytes % 3074 == 0));
  }

  private boolean hasSignature(String name, Start start) {
    return switch (this) {
      case ORC -> start.has(0, "ORC");
      case AVRO -> start.has(0, "Obj\u0001");
      case PARQUET -> start.has(0, "PAR1") || start.has(0, "PARE");
      case ARROW -> start.has(0, "ARROW1");
      case NPZ -> start.has(0, "PK\u0003\u0004") && name.endsWith(".npz");
      case TAR -> start.has(257, "ustar");
      case ZIP -> start.has(0, "PK\u0003\u0004") || start.has(0, "PK\u0005\u0006");
      case SEVEN_ZIP -> start.has(0, "7z\u00bc\u00af'\u001c");
      case RAR -> start.has(0, "Rar!\u001a\u0007");
      case HDF5 -> start.has(0, "\u0089HDF\r\n\u001a\n");
      case MATLAB -> start.has(0, "MATLAB ");
      case SQLITE -> start.has(0, "SQLite format 3\0");
      case LMDB -> start.has(16, "\u00de\u00c0\u00ef\u00be");
      case NPY -> start.has(0, "\u0093NUMPY");
      case TFRECORD -> start.isTfRecord();
      case RECORD_IO -> start.has(0, "\n#\u00d7\u00ce");
      case PICKLE -> start.isPickle() && name.indexOf('.') < 0;
      case HEIF -> start.has(4, "ftyp") && (start.has(8, "hei") || start.has(8, "avif"));
      case DICOM -> start.has(128, "DICM");
      // Recognised by name only: a signature of two letters is ambiguous, and text has none.
      case IDX, CIFAR, CSV, TSV, JSON -> false;
    };
  }

  /** Returns the kind with its article, such as {@code an ORC file}. */
  public String one() {
    return one;
  }

  /** Returns the kind in the plural, such as {@code ORC files}. */
  public String many() {
    return many;
  }

  /** Returns a count, such as {@code 1 ORC file} or {@code 5 ORC files}. */
  String count(long files) {
    return files == 1
        ? "1" + one.substring(one.indexOf(' '))
        : String.format(Locale.ROOT, "%,d ", files) + many;
  }

  /**
   * Returns the remedy, in the imperative.
   *
   * @param path path of the file, or of the directory of such files
   */
  public String remedy(String path, InputUse use) {
    boolean score = use == InputUse.SCORE;
    return switch (remedy) {
      case TABLE ->
          "name it with --format "
              + RowFormat.ofFiles(this).map(RowFormat::key).orElseThrow()
              + ", if it is a table with a column of images or of their paths";
      case UNPACK -> "unpack it, and name the directory of its images";
      case RECOMPRESS ->
          "prepare and score read whole archives, plain or compressed with gzip or zstd; copy it"
              + " again, or compress it so";
      case IMAGES -> asImages(use);
      case PREPARE ->
          score
              ? "make a dataset of them (convoy prepare --input DIR --output DATASET), and"
                  + " score that"
              : "name the directory that holds the images and their labels";
      case CONVERT -> "convert its images to PNG or JPEG";
    };
  }

  private static String asImages(InputUse use) {
    return use == InputUse.SCORE
        ? "write its images as PNG or JPEG files, and score the folder of them"
        : "write its images as PNG or JPEG files in one folder for each label, and prepare the"
            + " folder around them";
  }

  /** The first bytes of a file. */
  private record Start(byte[] bytes) {
    boolean has(int at, String signature) {
      byte[] wanted = signature.getBytes(StandardCharsets.ISO_8859_1);
      if (bytes.length < at + wanted.length) {
        return false;
      }
      for (int i = 0; i < wanted.length; i++) {
        if (bytes[at + i] != wanted[i]) {
          return false;
        }
      }
      return true;
    }

    /**
     * Returns whether this is a pickle of protocol 2 to 5, which begins with the opcode PROTO, a
     * byte that is not text.
     */
    boolean isPickle() {
      return bytes.length > 2 && bytes[0] == (byte) 0x80 && bytes[1] >= 2 && bytes[1] <= 5;
    }

    /**
     * Returns whether this is a TFRecord file: a record begins with its length in 8 bytes and a
     * masked CRC-32C of these.
     */
    boolean isTfRecord() {
      if (bytes.length < 12) {
        return false;
      }
      CRC32C crc = new CRC32C();
      crc.update(bytes, 0, 8);
      int sum = (int) crc.getValue();
      int masked = Integer.rotateRight(sum, 15) + 0xa282ead8;
      return bytes[8] == (byte) masked
          && bytes[9] == (byte) (masked >>> 8)
          && bytes[10] == (byte) (masked >>> 16)
          && bytes[11] == (byte) (masked >>> 24);
    }
  }
}
