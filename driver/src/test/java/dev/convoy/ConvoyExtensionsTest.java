package dev.convoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.KeptBlocks;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.ScoringModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of 12 images, every third bright, one null and one damaged, in two partitions. */
@Tag("slow")
class ConvoyExtensionsTest {
  @AfterAll
  static void release() {
    KeptBlocks.removeBroadcasts(ScoringModel.class);
  }

  private static final int NULL = 4;
  private static final int DAMAGED = 7;

  @TempDir Path directory;
  private String path;
  private String predict;

  @BeforeEach
  void write() {
    path = directory.resolve("any").toString();
    ModelStore.write(TestSpark.storage(), path, TestModels.brightnessOfAnySize());
    predict = "convoy_predict(image, '" + path + "')";
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      byte[] image = {0, 0, 0, (byte) (i % 3 == 0 ? 255 : 10 * i)};
      byte[] white = {-1, -1, -1, (byte) (255 - i)};
      rows.add(
          RowFactory.create(
              i,
              i % 2 == 0 ? "even" : "odd",
              i == NULL ? null : i == DAMAGED ? new byte[3] : i % 3 == 0 ? white : image));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("kind", DataTypes.StringType)
            .add("image", DataTypes.BinaryType);
    Dataset<Row> table = TestSpark.session().createDataFrame(rows, schema).repartition(2);
    table.write().mode("overwrite").parquet(directory.resolve("photos").toString());
    TestSpark.session()
        .read()
        .parquet(directory.resolve("photos").toString())
        .createOrReplaceTempView("photos");
  }

  private static Dataset<Row> sql(String query) {
    return TestSpark.session().sql(query);
  }

  private static List<Row> rows(String query) {
    return sql(query).collectAsList();
  }

  private static String optimized(String query) {
    return sql(query).queryExecution().optimizedPlan().toString();
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  @Test
  void resultsEqualThoseOfTheTransform() {
    ConvoyModel model = ConvoyModel.load(TestSpark.session(), path);
    String pool = model.layers().get(0);
    String last = model.layers().get(1);
    List<Row> expected =
        model
            .setOutputLayer(pool)
            .transform(TestSpark.session().table("photos"))
            .orderBy("id")
            .collectAsList();
    List<Row> found =
        rows(
            "SELECT id, p.*, e, d FROM (SELECT id, "
                + predict
                + " p, convoy_embed(image, '"
                + path
                + "', '"
                + pool
                + "') e, convoy_embed(image, '"
                + path
                + "') d FROM photos) ORDER BY id");
    assertThat(found).hasSize(12);
    for (int i = 0; i < 12; i++) {
      Row row = found.get(i);
      Row same = expected.get(i);
      assertThat(row.<String>getAs("label")).isEqualTo(same.<String>getAs("predictedLabel"));
      assertThat(row.<String>getAs("error")).isEqualTo(same.<String>getAs("error"));
      if (i == NULL || i == DAMAGED) {
        assertThat(row.<String>getAs("error")).isNotBlank();
        for (String column : List.of("label", "prediction", "confidence", "e", "d")) {
          assertThat(row.isNullAt(row.fieldIndex(column))).as(column).isTrue();
        }
        continue;
      }
      int prediction = row.getAs("prediction");
      assertThat((double) prediction).isEqualTo(same.<Double>getAs("prediction"));
      Vector probability = same.getAs("probability");
      assertThat(row.<Double>getAs("confidence")).isEqualTo(probability.apply(prediction));
      Vector layer = same.getAs("embedding");
      assertThat(row.<Float>getList(row.fieldIndex("e"))).hasSize(1);
      assertThat((double) row.<Float>getList(row.fieldIndex("e")).get(0)).isEqualTo(layer.apply(0));
      // A mean over one value: the global pool of this model.
      assertThat(row.getList(row.fieldIndex("d"))).isEqualTo(row.getList(row.fieldIndex("e")));
    }
    assertThat(last).isNotEqualTo(pool);
  }

  @Test
  void whereScoresOnlyRowsThatOtherConditionsLeave() {
    String query =
        "SELECT id FROM photos WHERE " + predict + ".label = 'bright' AND id > 2 ORDER BY id";
    assertThat(rows(query)).extracting(row -> row.getInt(0)).containsExactly(3, 6, 9);
    String plan = optimized(query);
    assertThat(plan.indexOf("> 2")).isGreaterThan(plan.indexOf("ScoreImages"));
    assertThat(count(plan, "ScoreImages")).isEqualTo(1);
    // The columns of the table that nobody needs are not read.
    assertThat(sql(query).queryExecution().executedPlan().toString())
        .contains("ReadSchema: struct<id:int,image:binary>");
  }

  @Test
  void equalCallsAreComputedOnce() {
    String query =
        "SELECT id, "
            + predict
            + ".label, round("
            + predict
            + ".confidence, 3) FROM photos WHERE "
            + predict
            + ".error IS NULL";
    assertThat(rows(query)).hasSize(10);
    String subquery =
        "SELECT id, p.label FROM (SELECT id, "
            + predict
            + " p FROM photos) WHERE p.error IS NULL"
            + " AND p.label = 'dark' AND id < 100";
    assertThat(rows(subquery)).hasSize(6);
    assertThat(count(optimized(subquery), "ScoreImages")).isEqualTo(1);
    assertThat(
            count(
                optimized("SELECT " + predict + ", " + predict + ".label FROM photos"),
                "ScoreImages"))
        .isEqualTo(1);
  }

  @Test
  void groupsHavingWindowsAndOrders() {
    assertThat(
            rows(
                "SELECT "
                    + predict
                    + ".label l, count(*) n, max("
                    + predict
                    + ".confidence) FROM photos GROUP BY "
                    + predict
                    + ".label HAVING count(*) > 2 ORDER BY l"))
        .extracting(row -> row.getString(0) + row.getLong(1))
        .containsExactly("bright4", "dark6");
    assertThat(
            rows(
                "SELECT id FROM photos WHERE id % 3 = 0 ORDER BY "
                    + predict
                    + ".confidence DESC, id LIMIT 2"))
        .extracting(row -> row.getInt(0))
        .containsExactly(0, 3);
    assertThat(
            rows(
                "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY "
                    + predict
                    + ".label ORDER BY id) r FROM photos) WHERE r = 1 ORDER BY id"))
        .extracting(row -> row.getInt(0))
        .containsExactly(0, 1, 4);
    assertThat(
            rows(
                "SELECT CASE WHEN id = 0 THEN "
                    + predict
                    + ".label ELSE 'none' END c, count(*) FROM photos GROUP BY 1 ORDER BY 1"))
        .hasSize(2);
  }

  @Test
  void joinsSubqueriesViewsAndUnions() {
    sql("CREATE OR REPLACE TEMP VIEW scored AS SELECT id, kind, " + predict + " p FROM photos");
    assertThat(
            rows(
                "SELECT a.id, b.id FROM scored a JOIN scored b ON a.p.label = b.p.label AND a.id <"
                    + " b.id WHERE a.p.label = 'bright' ORDER BY 1, 2"))
        .extracting(row -> row.getInt(0) + "-" + row.getInt(1))
        .containsExactly("0-3", "0-6", "0-9", "3-6", "3-9", "6-9");
    // In the condition of a join, on images of both of its sides.
    assertThat(
            rows(
                "SELECT a.id, b.id FROM photos a JOIN photos b ON convoy_predict(a.image, '"
                    + path
                    + "').label = convoy_predict(b.image, '"
                    + path
                    + "').label AND a.id = b.id ORDER BY 1"))
        .hasSize(10);
    assertThat(
            rows(
                "SELECT id FROM photos WHERE id IN (SELECT id FROM photos WHERE "
                    + predict
                    + ".label = 'bright') AND kind = 'even' ORDER BY id"))
        .extracting(row -> row.getInt(0))
        .containsExactly(0, 6);
    assertThat(rows("SELECT (SELECT max(p.confidence) FROM scored) > 0.9").get(0).getBoolean(0))
        .isTrue();
    assertThat(
            rows(
                "WITH s AS (SELECT p.label l FROM scored) SELECT l FROM s UNION ALL SELECT "
                    + predict
                    + ".label FROM photos"))
        .hasSize(24);
    assertThat(
            rows(
                "SELECT count(*) FROM photos LATERAL VIEW explode(convoy_embed(image, '"
                    + path
                    + "')) AS v"))
        .extracting(row -> row.getLong(0))
        .containsExactly(10L);
    sql("CACHE TABLE kept AS SELECT * FROM scored");
    assertThat(rows("SELECT count(*) FROM kept WHERE p.label = 'bright'").get(0).getLong(0))
        .isEqualTo(4);
    sql("UNCACHE TABLE kept");
    assertThat(
            rows(
                "SELECT convoy_predict(x, '" + path + "').label FROM VALUES (X'FFFFFFFF') AS t(x)"))
        .extracting(row -> row.getString(0))
        .containsExactly("bright");
  }

  @Test
  void unusedResultsAreNotComputedAndLimitsComeFirst() {
    assertThat(optimized("SELECT count(*) FROM (SELECT id, " + predict + " p FROM photos)"))
        .doesNotContain("ScoreImages");
    String limited = optimized("SELECT id, " + predict + ".label FROM photos LIMIT 3");
    assertThat(limited.lastIndexOf("LocalLimit")).isGreaterThan(limited.indexOf("ScoreImages"));
    assertThat(rows("SELECT id, " + predict + ".label FROM photos LIMIT 3")).hasSize(3);
  }

  @Test
  void explainShowsTheOperatorWithItsModel() {
    String plan = rows("EXPLAIN SELECT " + predict + ".label FROM photos").get(0).getString(0);
    assertThat(plan).contains("ScoreImages").contains("convoy_predict(image#").contains(path);
    assertThat(rows("DESCRIBE FUNCTION convoy_embed").toString())
        .contains("convoy_embed(image, model[, layer][, options])");
  }

  @Test
  void aReplacedModelIsTakenUpByTheNextQuery() {
    String query = "SELECT " + predict + ".label l FROM photos WHERE id = 0";
    assertThat(rows(query).get(0).getString(0)).isEqualTo("bright");
    ModelStore.write(
        TestSpark.storage(),
        path,
        TestModels.renamed(TestModels.brightnessOfAnySize(), List.of("night", "day")));
    assertThat(rows(query).get(0).getString(0)).isEqualTo("day");
  }

  @Test
  void whatCannotBeCalledIsRefusedWithTheRemedy() {
    refused(
        "SELECT convoy_predict(image, '/no/model') FROM photos",
        "Cannot analyse convoy_predict: there is no model at /no/model (a finished run has its model"
            + " in RUN/model)");
    refused(
        "SELECT convoy_predict(image) FROM photos",
        "Cannot analyse: convoy_predict: 1 arguments were given (it takes an image, the directory of"
            + " a model and possibly a map of options)");
    refused(
        "SELECT convoy_predict(image, kind) FROM photos",
        "Cannot analyse: convoy_predict: the model must be a constant text, and is");
    refused(
        "SELECT convoy_predict(id, '" + path + "') FROM photos",
        "cannot hold images: its type is int");
    refused(
        "SELECT transform(array(image), x -> convoy_predict(x, '" + path + "').label) FROM photos",
        "its image is the variable of a lambda function (use explode");
    refused(
        "SELECT convoy_predict(first(image), '" + path + "') FROM photos",
        "its image is an aggregate (aggregate in a subquery");
    refused(
        "SELECT convoy_embed(image, '" + path + "', 'nowhere') FROM photos",
        "Cannot return the values of the layer nowhere: the model has no such layer");
    refused(
        "SELECT a.id FROM photos a JOIN photos b ON convoy_predict(coalesce(a.image, b.image), '"
            + path
            + "').label = 'dark'",
        "its image comes from more than one table (select the call in a subquery)");
  }

  private static void refused(String query, String message) {
    assertThatThrownBy(() -> rows(query))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(message);
  }

  /** Six bytes are 3 by 2 pixels or 2 by 3. */
  @Test
  void rawPixelsHaveTheShapeThatIsStated() {
    List<Row> pixels =
        List.of(
            RowFactory.create(0, new byte[] {-1, -1, 0, 0, 0, 0}),
            RowFactory.create(1, new byte[] {0, 0, 0, -1, -1, -1}),
            RowFactory.create(2, new byte[5]));
    StructType schema =
        new StructType().add("id", DataTypes.IntegerType).add("image", DataTypes.BinaryType);
    Dataset<Row> table = TestSpark.session().createDataFrame(pixels, schema);
    table.createOrReplaceTempView("raw");
    String model = ", '" + path + "', ";
    for (int[] shape : new int[][] {{1, 3, 2}, {1, 2, 3}}) {
      List<Row> expected =
          ConvoyModel.load(TestSpark.session(), path)
              .setImageFormat("pixels")
              .setPixelShape(shape)
              .transform(table)
              .orderBy("id")
              .collectAsList();
      String options =
          String.format(
              "map('imageFormat', 'pixels', 'PixelShape', '1, %d,%d')", shape[1], shape[2]);
      List<Row> found =
          rows(
              "SELECT p.* FROM (SELECT id, convoy_predict(image"
                  + model
                  + options
                  + ") p FROM raw) ORDER BY id");
      for (int i = 0; i < 2; i++) {
        Vector probabilities = expected.get(i).getAs("probability");
        assertThat(found.get(i).getInt(1)).isEqualTo(probabilities.argmax());
        assertThat(found.get(i).getDouble(2))
            .isEqualTo(probabilities.apply(probabilities.argmax()));
      }
      assertThat(found.get(2).getString(3)).contains("5");
    }
  }

  @Test
  void optionsThatAreWrongAreRefusedTogether() {
    assertThatThrownBy(
            () ->
                sql(
                    "SELECT convoy_predict(image, '"
                        + path
                        + "', map('imageFormat', 'bmp', 'pixelShape', '2,4', 'size', '3')) FROM photos"))
        .hasMessageContaining("size is no option of it (they are imageFormat and pixelShape)")
        .hasMessageContaining("imageFormat is bmp (must be one of auto, encoded,")
        .hasMessageContaining("pixelShape is 2,4 (must be channels (1 or 3), height and width");
    assertThatThrownBy(
            () -> sql("SELECT convoy_predict(image, '" + path + "', map(kind, 'a')) FROM photos"))
        .hasMessageContaining("the options must be a constant map of texts");
  }
}
