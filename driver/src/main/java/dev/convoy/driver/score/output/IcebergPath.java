package dev.convoy.driver.score.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Sha256;
import dev.convoy.driver.sql.Identifier;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The name of an Iceberg table that is known by its path. Spark cannot create a table of Iceberg at
 * a path: it takes the path apart into names. So the directory above the table's parent becomes the
 * warehouse of a catalog of its own, in which the parent is a namespace.
 */
final class IcebergPath {
  private static final int DIGITS = 16;

  private IcebergPath() {}

  /**
   * Makes the catalog known to a session, and returns the table's name in it.
   *
   * @param path path with scheme
   */
  static String name(SparkSession session, String path) {
    Path table = new Path(path);
    Path namespace = table.getParent();
    if (namespace == null || namespace.isRoot()) {
      throw new InvalidRequestException(
          "Cannot write the Iceberg table "
              + path
              + ": its directory must lie at least two levels below the root (choose another"
              + " --output)");
    }
    String warehouse = namespace.getParent().toString();
    String catalog = "convoy_" + Sha256.hex(warehouse.getBytes(UTF_8)).substring(0, DIGITS);
    String key = "spark.sql.catalog." + catalog;
    Map.of("", "org.apache.iceberg.spark.SparkCatalog", ".type", "hadoop", ".warehouse", warehouse)
        .forEach((setting, value) -> session.conf().set(key + setting, value));
    return String.join(
        ".", catalog, Identifier.quoted(namespace.getName()), Identifier.quoted(table.getName()));
  }
}
