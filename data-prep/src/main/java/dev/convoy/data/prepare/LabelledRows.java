package dev.convoy.data.prepare;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.SerializedBytes;
import dev.convoy.data.source.ImageSource.NaturalShape;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows with images and the names of their labels, of which a dataset is made as {@code prepare}
 * makes one of files. The order of the rows and their partitions do not matter.
 *
 * <p>The rows are read several times and must be equal each time: they are persisted.
 */
public final class LabelledRows {
  private static final int ID = 0;
  private static final int LABEL = 1;
  private static final int IMAGE = 2;
  private static final int HEIGHT = 3;
  private static final int WIDTH = 4;
  private static final int CHANNELS = 5;
  private static final int FAULT = 6;
  private static final int SPLIT = 7;
  private static final int GROUP = 8;

  /**
   * Columns of the rows: the id, which is unique; the name of the label; the bytes of an image
   * file, or C·H·W pixels with their shape; the reason why a row has no label or image; the split
   * that the source gives to the row, and the group that keeps it together with others, if any.
   */
  public static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType, false)
          .add("label", DataTypes.StringType)
          .add("image", DataTypes.BinaryType)
          .add("height", DataTypes.IntegerType)
          .add("width", DataTypes.IntegerType)
          .add("channels", DataTypes.IntegerType)
          .add("fault", DataTypes.StringType)
          .add("split", DataTypes.StringType)
          .add("group", DataTypes.StringType);

  private final Dataset<Row> rows;
  private final Part all;

  private LabelledRows(Dataset<Row> rows, Part all) {
    this.rows = rows;
    this.all = all;
  }

  /**
   * Returns a row with an image, whose bytes may be damaged.
   *
   * @param given split that the source gives to it
   * @param group what keeps it together with other rows
   */
  public static Row image(
      String id, String label, StoredImage image, Optional<Split> given, Optional<String> group) {
    Optional<ImageShape> shape = image.pixels();
    return RowFactory.create(
        id,
        label,
        image.bytes(),
        shape.map(ImageShape::height).orElse(null),
        shape.map(ImageShape::width).orElse(null),
        shape.map(ImageShape::channels).orElse(null),
        null,
        given.map(Split::key).orElse(null),
        group.orElse(null));
  }

  /** Returns a row that cannot be used. */
  public static Row fault(String id, String reason) {
    return RowFactory.create(id, null, null, null, null, null, reason, null, null);
  }

  /**
   * Finds the labels and the shapes of the images of persisted rows, in one pass over them.
   *
   * @param limits limits of an image file
   */
  public static LabelledRows of(Dataset<Row> rows, ImageLimits limits) {
    Part all = Part.EMPTY;
    for (byte[] part :
        rows.javaRDD()
            .mapPartitions(part -> List.of(SerializedBytes.wrap(Part.of(part, limits))).iterator())
            .collect()) {
      all = all.and(SerializedBytes.unwrap(part, Part.class));
    }
    return new LabelledRows(rows, all);
  }

  Dataset<Row> rows() {
    return rows;
  }

  /** Returns the number of rows. */
  public long count() {
    return all.count;
  }

  /** Returns the names of all labels, in the order in which {@code prepare} numbers them. */
  public SortedSet<String> labels() {
    return Collections.unmodifiableSortedSet(all.labels);
  }

  /** Returns the splits that the source gives to some rows. */
  Set<Split> givenSplits() {
    return Collections.unmodifiableSet(all.splits);
  }

  /** Returns whether any image is stored in colour. */
  boolean hasColour() {
    return all.colour;
  }

  /** Returns the shape of the first good image in the order of ids. */
  Optional<NaturalShape> naturalShape() {
    return Optional.ofNullable(all.shape)
        .map(shape -> new NaturalShape(shape, "the first image, " + Visible.of(all.shapeId)));
  }

  /** Returns the first bad row in the order of ids, with the reason; empty if none was found. */
  Optional<Rejected> firstBad() {
    return Optional.ofNullable(all.bad);
  }

  static String id(Row row) {
    return row.getString(ID);
  }

  static String label(Row row) {
    return row.getString(LABEL);
  }

  /** Returns the reason why a row cannot be used; empty for none. */
  static Optional<String> fault(Row row) {
    return Optional.ofNullable(row.getString(FAULT));
  }

  /** Returns the split that the source gives to a row. */
  static Optional<Split> given(Row row) {
    return Optional.ofNullable(row.getString(SPLIT)).map(Split::of);
  }

  /** Returns the group of a row. */
  static Optional<String> group(Row row) {
    return Optional.ofNullable(row.getString(GROUP));
  }

  static StoredImage image(Row row) {
    byte[] bytes = row.getAs(IMAGE);
    return row.isNullAt(HEIGHT)
        ? StoredImage.file(bytes)
        : StoredImage.ofPixels(
            bytes, new ImageShape(row.getInt(HEIGHT), row.getInt(WIDTH), row.getInt(CHANNELS)));
  }

  /**
   * What is known of some of the rows.
   *
   * @param shapeId the smallest id of a good image; null for none
   * @param shape shape of that image
   * @param bad the bad row with the smallest id; null for none
   */
  private record Part(
      long count,
      TreeSet<String> labels,
      TreeSet<Split> splits,
      boolean colour,
      String shapeId,
      ImageShape shape,
      Rejected bad)
      implements Serializable {
    private static final Part EMPTY =
        new Part(0, new TreeSet<>(), new TreeSet<>(), false, null, null, null);

    static Part of(Iterator<Row> rows, ImageLimits limits) {
      Part all = EMPTY;
      while (rows.hasNext()) {
        all = all.and(of(rows.next(), limits));
      }
      return all;
    }

    private static Part of(Row row, ImageLimits limits) {
      String id = id(row);
      if (fault(row).isPresent()) {
        return bad(id, fault(row).get());
      }
      StoredImage image = image(row);
      TreeSet<String> label = new TreeSet<>(List.of(label(row)));
      TreeSet<Split> split = new TreeSet<>();
      given(row).ifPresent(split::add);
      try {
        ImageShape shape =
            image.pixels().isPresent()
                ? image.pixels().get()
                : ImageFitter.naturalShape(image.bytes(), limits);
        return new Part(1, label, split, shape.channels() == 3, id, shape, null);
      } catch (BadImageException e) {
        Part bad = bad(id, e.getMessage());
        return new Part(1, label, split, false, null, null, bad.bad);
      }
    }

    private static Part bad(String id, String reason) {
      return new Part(
          1, new TreeSet<>(), new TreeSet<>(), false, null, null, new Rejected(id, "", reason));
    }

    Part and(Part other) {
      TreeSet<String> both = labels;
      if (!labels.containsAll(other.labels)) {
        both = new TreeSet<>(labels);
        both.addAll(other.labels);
      }
      TreeSet<Split> bothSplits = new TreeSet<>(splits);
      bothSplits.addAll(other.splits);
      boolean own =
          other.shapeId == null || (shapeId != null && shapeId.compareTo(other.shapeId) <= 0);
      boolean ownBad =
          other.bad == null || (bad != null && bad.id().compareTo(other.bad.id()) <= 0);
      return new Part(
          count + other.count,
          both,
          bothSplits,
          colour || other.colour,
          own ? shapeId : other.shapeId,
          own ? shape : other.shape,
          ownBad ? bad : other.bad);
    }
  }
}
