package dev.convoy.driver.cli;

import dev.convoy.data.source.LakeTable;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkConf;

/** Settings of Spark for tables of lake formats whose package is on the class path. */
final class LakeSettings {
  private static final String EXTENSIONS = "spark.sql.extensions";

  private LakeSettings() {}

  /** Adds the settings that the user has not given, and the formats' extensions to the user's. */
  static void addTo(SparkConf conf) {
    for (LakeTable.Format format : List.of(LakeTable.Format.DELTA, LakeTable.Format.ICEBERG)) {
      if (format.isOnClassPath()) {
        format.settings().forEach(conf::setIfMissing);
        Set<String> extensions =
            new LinkedHashSet<>(Arrays.asList(conf.get(EXTENSIONS, "").split(",")));
        extensions.remove("");
        extensions.add(format.extension());
        conf.set(EXTENSIONS, String.join(",", extensions));
      }
    }
  }
}
