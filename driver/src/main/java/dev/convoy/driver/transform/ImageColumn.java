package dev.convoy.driver.transform;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.Storage;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The column with the images of a table, and their form.
 *
 * @param kind content of its cells
 * @param ordinal index of the column in a row
 * @param width number of fields if the cells are structs
 * @param fields indices of the fields that the kind needs, in its order; -1 for a missing one
 * @param pixels shape of images that are stored as raw pixels
 */
public record ImageColumn(
    ImageColumn.Kind kind, int ordinal, int width, List<Integer> fields, ImageShape pixels)
    implements Serializable {
  /** Content of the cells. */
  enum Kind {
    /** Pixels if the length matches and the bytes do not start like an image, else image files. */
    BYTES,
    ENCODED,
    PIXELS,
    PATH,
    /**
     * Structs with {@code height}, {@code width}, {@code nChannels}, {@code mode}, {@code data}.
     */
    IMAGE,
    /** Structs with {@code bytes} and {@code path}. */
    STRUCT,
    /** Such structs, of which the bytes are always those of files. */
    STRUCT_OF_FILES,
    /**
     * Structs with bytes, height, width, channels, fault: pixels if there is a size, else files; or
     * the reason why there is no image.
     */
    STORED
  }

  private static final List<String> SPARK_IMAGE =
      List.of("height", "width", "nChannels", "mode", "data", "origin");

  public ImageColumn {
    fields = List.copyOf(fields);
  }

  /**
   * Finds out the form of a column.
   *
   * @param where the column, for messages
   * @param type type of the column
   * @param format form that the user states
   * @param pixels shape of raw pixels
   * @param problems receives the reason if the column does not have that form
   */
  public static Optional<ImageColumn> of(
      String where,
      DataType type,
      int ordinal,
      ImageFormat format,
      ImageShape pixels,
      Problems problems) {
    Optional<ImageColumn> column =
        switch (format) {
          case AUTO -> recognised(type, ordinal, pixels);
          case ENCODED -> plain(Kind.ENCODED, DataTypes.BinaryType, type, ordinal, pixels);
          case PIXELS -> plain(Kind.PIXELS, DataTypes.BinaryType, type, ordinal, pixels);
          case PATH -> plain(Kind.PATH, DataTypes.StringType, type, ordinal, pixels);
          case IMAGE -> sparkImage(type, ordinal, pixels);
          case STRUCT -> struct(type, ordinal, pixels);
        };
    if (column.isEmpty()) {
      problems.add(
          where,
          (format == ImageFormat.AUTO
                  ? "cannot hold images: its type is "
                  : "cannot hold images of the form " + format.key() + ": its type is ")
              + type.simpleString()
              + " (images are binary: image files, or pixels; string: paths; a struct of"
              + " Spark's image source; or a struct with a binary field bytes)");
    }
    return column;
  }

  /** Returns this column without raw pixels: if its kind allows both, its bytes are of files. */
  public ImageColumn ofFiles() {
    Kind files =
        switch (kind) {
          case BYTES -> Kind.ENCODED;
          case STRUCT -> Kind.STRUCT_OF_FILES;
          case ENCODED, PIXELS, PATH, IMAGE, STRUCT_OF_FILES, STORED -> kind;
        };
    return new ImageColumn(files, ordinal, width, fields, pixels);
  }

  /** Returns a column of pixels, C·H·W bytes of images of one shape. */
  public static ImageColumn ofPixels(int ordinal, ImageShape shape) {
    return new ImageColumn(Kind.PIXELS, ordinal, 0, List.of(ordinal), shape);
  }

  /**
   * Returns a column of structs: bytes; height, width and channels of pixels or null; and the
   * reason why there is no image or null.
   */
  public static ImageColumn ofStored(int ordinal, ImageShape shape) {
    return new ImageColumn(Kind.STORED, ordinal, 5, List.of(0, 1, 2, 3, 4), shape);
  }

  private static Optional<ImageColumn> recognised(DataType type, int ordinal, ImageShape pixels) {
    return plain(Kind.BYTES, DataTypes.BinaryType, type, ordinal, pixels)
        .or(() -> plain(Kind.PATH, DataTypes.StringType, type, ordinal, pixels))
        .or(() -> sparkImage(type, ordinal, pixels))
        .or(() -> struct(type, ordinal, pixels));
  }

  private static Optional<ImageColumn> plain(
      Kind kind, DataType wanted, DataType type, int ordinal, ImageShape pixels) {
    return type.equals(wanted)
        ? Optional.of(new ImageColumn(kind, ordinal, 0, List.of(ordinal), pixels))
        : Optional.empty();
  }

  private static Optional<ImageColumn> sparkImage(DataType type, int ordinal, ImageShape pixels) {
    if (!(type instanceof StructType struct)
        || field(struct, "data", DataTypes.BinaryType) < 0
        || field(struct, "origin", DataTypes.StringType) < 0) {
      return Optional.empty();
    }
    for (String size : SPARK_IMAGE.subList(0, 4)) {
      if (field(struct, size, DataTypes.IntegerType) < 0) {
        return Optional.empty();
      }
    }
    List<Integer> fields = SPARK_IMAGE.stream().map(struct::fieldIndex).toList();
    return Optional.of(new ImageColumn(Kind.IMAGE, ordinal, struct.length(), fields, pixels));
  }

  private static Optional<ImageColumn> struct(DataType type, int ordinal, ImageShape pixels) {
    if (!(type instanceof StructType struct) || field(struct, "bytes", DataTypes.BinaryType) < 0) {
      return Optional.empty();
    }
    List<Integer> fields =
        List.of(
            field(struct, "bytes", DataTypes.BinaryType),
            field(struct, "path", DataTypes.StringType));
    return Optional.of(new ImageColumn(Kind.STRUCT, ordinal, struct.length(), fields, pixels));
  }

  private static int field(StructType struct, String name, DataType type) {
    int index = Arrays.asList(struct.fieldNames()).indexOf(name);
    return index >= 0 && struct.apply(index).dataType().equals(type) ? index : -1;
  }

  /**
   * Reads the image of one row of a {@code Dataset}.
   *
   * @param storage file systems for paths
   * @param background what transparent pixels of structs are drawn on
   * @throws BadImageException if there is none, or if it is damaged in a way that can be seen
   *     without decoding it
   */
  public StoredImage image(Row row, Storage storage, ImageLimits limits, Background background)
      throws BadImageException {
    return image(new RowCells(row), storage, limits, background);
  }

  /**
   * Reads the image of one row.
   *
   * @param storage file systems for paths
   * @param background what transparent pixels of structs are drawn on
   * @throws BadImageException if there is none, or if it is damaged in a way that can be seen
   *     without decoding it
   */
  StoredImage image(ImageRow row, Storage storage, ImageLimits limits, Background background)
      throws BadImageException {
    if (row.isNull(ordinal)) {
      throw noImage();
    }
    return switch (kind) {
      case BYTES -> ofBytes(row.bytes(ordinal));
      case ENCODED -> StoredImage.file(row.bytes(ordinal));
      case PIXELS -> ofPixels(row.bytes(ordinal));
      case PATH -> ImagePath.read(row.text(ordinal), storage, limits);
      case IMAGE -> SparkImage.read(row.struct(ordinal, width), fields, background);
      case STRUCT, STRUCT_OF_FILES -> ofStruct(row.struct(ordinal, width), storage, limits);
      case STORED -> ofStored(row.struct(ordinal, width));
    };
  }

  private static BadImageException noImage() {
    return new BadImageException("there is no image");
  }

  private StoredImage ofBytes(byte[] bytes) {
    return kind != Kind.STRUCT_OF_FILES
            && bytes.length == pixels.size()
            && !ImageFitter.isClearlyImage(bytes)
        ? StoredImage.ofPixels(bytes, pixels)
        : StoredImage.file(bytes);
  }

  private StoredImage ofPixels(byte[] bytes) throws BadImageException {
    if (bytes.length != pixels.size()) {
      throw new BadImageException(
          String.format(
              Locale.ROOT,
              "damaged: %d bytes of pixels, and an image of %s has %d",
              bytes.length,
              pixels,
              pixels.size()));
    }
    return StoredImage.ofPixels(bytes, pixels);
  }

  private StoredImage ofStruct(ImageRow struct, Storage storage, ImageLimits limits)
      throws BadImageException {
    if (!struct.isNull(fields.get(0))) {
      return ofBytes(struct.bytes(fields.get(0)));
    }
    int path = fields.get(1);
    if (path < 0 || struct.isNull(path)) {
      throw noImage();
    }
    return ImagePath.read(struct.text(path), storage, limits);
  }

  private static StoredImage ofStored(ImageRow struct) throws BadImageException {
    if (!struct.isNull(4)) {
      throw new BadImageException(struct.text(4));
    }
    byte[] bytes = struct.bytes(0);
    return struct.isNull(1)
        ? StoredImage.file(bytes)
        : StoredImage.ofPixels(
            bytes, new ImageShape(struct.number(1), struct.number(2), struct.number(3)));
  }
}
