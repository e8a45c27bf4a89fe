package dev.convoy;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.KeptBlocks;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.scoring.ScoringModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
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

/**
 * Every form of an image column gives equal predictions for the same image. The model sees every
 * pixel and channel: its weights all differ.
 */
@Tag("slow")
class ImageColumnTest {
  @AfterAll
  static void release() {
    KeptBlocks.removeBroadcasts(ScoringModel.class);
  }

  private static final ImageShape SHAPE = new ImageShape(4, 5, 3);
  private static final StructType BYTES =
      new StructType().add("key", DataTypes.StringType).add("image", DataTypes.BinaryType);

  @TempDir Path directory;
  private Path model;
  private Path images;

  @BeforeEach
  void write() throws IOException {
    model = directory.resolve("model");
    Network network = TestModels.network(SHAPE, 2);
    dev.convoy.worker.model.Model written =
        TestModels.constant(
            network,
            TestModels.LABELS,
            new Normalisation(List.of(0.4, 0.5, 0.6), List.of(0.3, 0.2, 0.1)),
            0);
    Random random = new Random(3);
    for (int i = 0; i < written.parameters().length; i++) {
      written.parameters()[i] = (float) random.nextGaussian() / 10;
    }
    ModelStore.write(TestSpark.storage(), model.toString(), written);
    images = directory.resolve("images of [two] 100%");
    Files.createDirectories(images);
    write("plain.png", image(BufferedImage.TYPE_INT_RGB, 5, 4, 1));
    write("large.png", image(BufferedImage.TYPE_INT_RGB, 11, 13, 2));
    write("clear.png", image(BufferedImage.TYPE_INT_ARGB, 5, 4, 3));
    write("grey.png", image(BufferedImage.TYPE_BYTE_GRAY, 6, 3, 4));
  }

  private void write(String name, BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    Files.write(images.resolve(name), bytes.toByteArray());
  }

  /** Random pixels, of which a third is transparent to some degree if there is alpha. */
  private static BufferedImage image(int type, int width, int height, long seed) {
    BufferedImage image = new BufferedImage(width, height, type);
    Random random = new Random(seed);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int band = 0; band < image.getRaster().getNumBands(); band++) {
          int value = band == 3 && random.nextInt(3) > 0 ? 255 : random.nextInt(256);
          image.getRaster().setSample(x, y, band, value);
        }
      }
    }
    return image;
  }

  private ConvoyModel model() {
    return ConvoyModel.load(TestSpark.session(), model.toString());
  }

  /** Logits by file name. */
  private static List<Row> logits(ConvoyModel model, Dataset<Row> table) {
    Dataset<Row> scored = model.transform(table).orderBy("key");
    assertThat(scored.filter("error is not null").collectAsList()).isEmpty();
    return scored.select("key", "rawPrediction").collectAsList();
  }

  private Dataset<Row> files() {
    return TestSpark.session()
        .read()
        .format("binaryFile")
        .load(Storage.literal(images.toString()))
        .selectExpr("element_at(split(path, '/'), -1) as key", "content as image", "path");
  }

  @Test
  void filesPathsStructsAndSparksImagesGiveEqualLogits() {
    List<Row> expected = logits(model(), files().drop("path"));
    assertThat(expected).hasSize(4).doesNotHaveDuplicates();
    assertThat(((Vector) expected.get(0).get(1)).toArray()).doesNotContain(0.0);

    assertThat(logits(model(), files().select(col("key"), col("path").as("image"))))
        .isEqualTo(expected);
    assertThat(logits(model().setImageFormat("encoded"), files())).isEqualTo(expected);
    Dataset<Row> structs =
        files().select(col("key"), struct(col("path"), col("image").as("bytes")).as("image"));
    assertThat(logits(model(), structs)).isEqualTo(expected);
    Dataset<Row> pathsOnly =
        files()
            .select(
                col("key"), struct(lit(null).cast("binary").as("bytes"), col("path")).as("image"));
    assertThat(logits(model().setImageFormat("struct"), pathsOnly)).isEqualTo(expected);

    Dataset<Row> spark =
        TestSpark.session()
            .read()
            .format("image")
            .load(Storage.literal(images.toString()))
            .selectExpr("element_at(split(image.origin, '/'), -1) as key", "image");
    assertThat(spark.select("image.nChannels").distinct().count()).isEqualTo(3);
    assertThat(logits(model(), spark)).isEqualTo(expected);
  }

  @Test
  void rawPixelsAreChannelMajorAndMayHaveAShapeOfTheirOwn() throws IOException {
    for (String name : List.of("plain.png", "large.png")) {
      BufferedImage image = ImageIO.read(images.resolve(name).toFile());
      int plane = image.getHeight() * image.getWidth();
      byte[] pixels = new byte[3 * plane];
      for (int i = 0; i < plane; i++) {
        int rgb = image.getRGB(i % image.getWidth(), i / image.getWidth());
        pixels[i] = (byte) (rgb >> 16);
        pixels[plane + i] = (byte) (rgb >> 8);
        pixels[2 * plane + i] = (byte) rgb;
      }
      Dataset<Row> raw =
          TestSpark.session().createDataFrame(List.of(RowFactory.create(name, pixels)), BYTES);
      assertThat(logits(model().setPixelShape(3, image.getHeight(), image.getWidth()), raw))
          .isEqualTo(logits(model(), files().filter(col("key").equalTo(name)).drop("path")));
    }
  }

  @Test
  void aFileOfAsManyBytesAsPixelsIsAFile() throws IOException {
    ByteArrayOutputStream gif = new ByteArrayOutputStream();
    ImageIO.write(ImageIO.read(images.resolve("plain.png").toFile()), "gif", gif);
    // What follows the end of a GIF file is not read.
    byte[] padded = Arrays.copyOf(gif.toByteArray(), 3 * 40 * 40);
    Dataset<Row> rows =
        TestSpark.session()
            .createDataFrame(
                List.of(
                    RowFactory.create("padded", padded),
                    RowFactory.create("plain", gif.toByteArray())),
                BYTES);
    List<Row> found = model().setPixelShape(3, 40, 40).transform(rows).collectAsList();
    assertThat(found).hasSize(2).allMatch(row -> row.isNullAt(row.fieldIndex("error")));
    assertThat(found.get(0).<Object>getAs("probability"))
        .isEqualTo(found.get(1).<Object>getAs("probability"));
  }

  @Test
  void everyFaultOfAnImageIsNamedInItsRow() {
    StructType type = org.apache.spark.ml.image.ImageSchema.imageSchema();
    StructType image = (StructType) type.apply(0).dataType();
    List<Row> rows =
        List.of(
            cell("file:/lost.png", -1, -1, -1, -1, 0),
            cell("float", 1, 2, 1, 5, 8),
            cell("short", 2, 2, 3, 16, 11),
            cell("wrong", 2, 2, 1, 16, 4));
    Dataset<Row> table =
        TestSpark.session()
            .createDataFrame(rows, new StructType().add("key", "string").add("image", image));
    assertThat(errors(model(), table))
        .containsExactly(
            "Spark could not decode file:/lost.png",
            "mode 5 with 1 channels is not supported: only modes 0 (grey), 16 (3 channels) and 24 (4"
                + " channels) are",
            "damaged: 11 bytes for 2×2 pixels of 3 channels",
            "mode 16 with 1 channels is not supported: only modes 0 (grey), 16 (3 channels) and 24"
                + " (4 channels) are");

    Dataset<Row> paths =
        TestSpark.session()
            .createDataFrame(
                Arrays.asList(
                    RowFactory.create("a", images + "/none.png"),
                    RowFactory.create("b", ""),
                    RowFactory.create("c", "nowhere://host/x.png"),
                    RowFactory.create("d", null),
                    RowFactory.create("e", "HTTP://127.0.0.1:1/x.png"),
                    RowFactory.create("f", "foo:bar.png")),
                new StructType().add("key", "string").add("image", "string"));
    List<String> found = errors(model(), paths);
    assertThat(found.get(0)).isEqualTo("there is no file " + images + "/none.png");
    assertThat(found.get(1)).isEqualTo("there is no image: the path is blank");
    assertThat(found.get(2)).contains("nowhere");
    assertThat(found.get(3)).isEqualTo("there is no image");
    assertThat(found.get(4)).startsWith("addresses of the web are not read: copy the image");
    assertThat(found.get(5)).startsWith("Cannot read the path 'foo:bar.png'");

    Dataset<Row> pixels =
        TestSpark.session()
            .createDataFrame(List.of(RowFactory.create("a", TestDatasets.png(1, 9))), BYTES);
    assertThat(errors(model().setImageFormat("pixels"), pixels).get(0))
        .startsWith("damaged: ")
        .endsWith("bytes of pixels, and an image of 4×5×3 has 60");
  }

  private static Row cell(String origin, int height, int width, int channels, int mode, int bytes) {
    return RowFactory.create(
        origin, RowFactory.create(origin, height, width, channels, mode, new byte[bytes]));
  }

  private static List<String> errors(ConvoyModel model, Dataset<Row> table) {
    return model.transform(table.coalesce(1)).select("error").collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
