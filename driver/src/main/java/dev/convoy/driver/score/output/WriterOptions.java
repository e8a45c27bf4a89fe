package dev.convoy.driver.score.output;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Options of Spark's writers of files, of which each format takes its own. */
final class WriterOptions {
  private WriterOptions() {}

  /** Returns the options for rows with the given columns. */
  static Map<String, String> of(StructType schema) {
    Map<String, String> options = new HashMap<>();
    // The marker is written when the files are in their places.
    options.put("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false");
    // JSON would cut microseconds off, and the keys of rows with them.
    options.put("timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX");
    options.put("timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS");
    // Probabilities hardly repeat. Parquet would try a dictionary of them, and give it up.
    for (StructField field : schema.fields()) {
      boolean isArray = field.dataType() instanceof ArrayType;
      DataType values =
          field.dataType() instanceof ArrayType array ? array.elementType() : field.dataType();
      if (values instanceof FloatType) {
        options.put(
            "parquet.enable.dictionary#" + field.name() + (isArray ? ".list.element" : ""),
            "false");
      }
    }
    return options;
  }
}
