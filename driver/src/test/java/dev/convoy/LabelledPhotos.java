package dev.convoy;

import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Tiny images with labels, as files and as the rows of tables. */
final class LabelledPhotos {
  static final int SIDE = 4;
  static final List<String> LABELS = List.of("ash", "birch", "cedar");

  /** A network of a few parameters. */
  static final String TINY =
      "layers = [ { conv { maps = 2, kernel = 3, padding = same } }, { output { } } ]";

  static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("image", DataTypes.BinaryType)
          .add("label", DataTypes.StringType);

  private LabelledPhotos() {}

  /** Returns rows of id, PNG file and label; the labels have 8, 9 and 10 images. */
  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int label = 0; label < LABELS.size(); label++) {
      TestDatasets.Images images = TestDatasets.Images.random(SIDE, 1, 8 + label, label);
      for (int i = 0; i < images.count(); i++) {
        int[] pixels = new int[SIDE * SIDE];
        for (int at = 0; at < pixels.length; at++) {
          pixels[at] = images.pixels()[i][at] + 60 * label;
        }
        String name = LABELS.get(label);
        rows.add(RowFactory.create(name + "/" + i + ".png", TestDatasets.png(SIDE, pixels), name));
      }
    }
    return rows;
  }

  static Dataset<Row> table(List<Row> rows) {
    return TestSpark.session().createDataFrame(rows, SCHEMA);
  }

  static Dataset<Row> table() {
    return table(rows());
  }

  /** Writes the images into one folder for each label. */
  static void write(Path directory) {
    for (Row row : rows()) {
      TestDatasets.put(directory.resolve(row.getString(0)), row.getAs(1));
    }
  }

  /** Returns a classifier that trains the tiny network for two epochs. */
  static ConvoyClassifier classifier() {
    return new ConvoyClassifier().setNetwork(TINY).setEpochs(2).setBatch(4);
  }
}
