package dev.convoy.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;

/**
 * Tables of Delta Lake and Iceberg, written by the formats' own writers in a process of their own.
 * Both begin with the images of a Parquet table, and then rows are deleted, changed and added.
 */
final class LakeTables {
  static final Path LIBRARIES = Path.of("target/lake").toAbsolutePath();

  /** The statements, of which each table is a version. {@code %s} is the table. */
  private static final List<String> CHANGES =
      List.of(
          "DELETE FROM %s WHERE label = 3",
          "UPDATE %s SET image = CAST('no image' AS BINARY) WHERE id LIKE '%%7'",
          "ALTER TABLE %s ADD COLUMN source STRING",
          "INSERT INTO %s SELECT id, 10 + label, image, 'again' FROM images WHERE label = 3");

  private LakeTables() {}

  /** Returns the jars of a format, separated by commas. */
  static String jars(String format) throws IOException {
    try (Stream<Path> files = Files.list(LIBRARIES)) {
      return files
          .map(Path::toString)
          .filter(file -> Path.of(file).getFileName().toString().startsWith(format))
          .sorted()
          .collect(Collectors.joining(","));
    }
  }

  /** Writes {@code DIRECTORY/delta} and {@code DIRECTORY/db/iceberg}. */
  static void write(Path images, Path directory) {
    List<String> words = new ArrayList<>(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1"));
    words.addAll(List.of(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
    List<String> classPath =
        List.of(
            Path.of("target/test-classes").toAbsolutePath().toString(),
            Convoy.SPARK.resolve("jars") + "/*",
            LIBRARIES + "/*");
    words.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
    words.addAll(List.of(LakeTables.class.getName(), images.toString(), directory.toString()));
    Convoy.Outcome outcome =
        Convoy.in(directory)
            .with("SPARK_LOCAL_IP", "127.0.0.1")
            .run(
                Path.of(System.getProperty("java.home"), "bin/java"), words.toArray(String[]::new));
    if (outcome.status() != 0) {
      throw new AssertionError(outcome.toString());
    }
  }

  /** Writes the tables in this process. */
  public static void main(String[] args) {
    String directory = args[1];
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.warehouse.dir", directory)
            .config(
                "spark.sql.extensions",
                "io.delta.sql.DeltaSparkSessionExtension,"
                    + "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
            .config("spark.sql.catalog.lake.type", "hadoop")
            .config("spark.sql.catalog.lake.warehouse", directory)
            .getOrCreate()) {
      spark.read().parquet(args[0]).createOrReplaceTempView("images");
      spark.sql(
          "CREATE TABLE delta.`"
              + directory
              + "/delta` USING delta TBLPROPERTIES"
              + " ('delta.enableDeletionVectors' = true) AS SELECT id, label, image FROM images");
      spark.sql(
          "CREATE TABLE lake.db.iceberg USING iceberg TBLPROPERTIES ('format-version' = '2',"
              + " 'write.delete.mode' = 'merge-on-read') AS SELECT id, label, image FROM images");
      for (String change : CHANGES) {
        for (String table : List.of("delta.`" + directory + "/delta`", "lake.db.iceberg")) {
          spark.sql(String.format(Locale.ROOT, change, table));
        }
      }
    }
  }
}
