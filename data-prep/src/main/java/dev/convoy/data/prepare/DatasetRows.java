package dev.convoy.data.prepare;

import dev.convoy.data.dataset.Split;
import dev.convoy.data.source.SkippedFiles;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Parquet schemas and rows of a dataset. */
final class DatasetRows {
  static final String REJECTED_FOLDER = "rejected";
  static final String SKIPPED_FOLDER = "skipped";
  static final String EXAMPLES_FOLDER = "examples";

  private static final String EXAMPLE =
      "message example { required binary id (STRING); required int32 label;"
          + " required binary image; required binary source (STRING); }";
  private static final String REJECTED =
      "message rejected { required binary id (STRING); required binary source (STRING);"
          + " required binary reason (STRING); }";

  private static final String SKIPPED =
      "message skipped { required binary path (STRING); required int64 files;"
          + " required binary reason (STRING); }";

  private DatasetRows() {}

  static String folder(Split split) {
    return EXAMPLES_FOLDER + "/split=" + split.key();
  }

  static MessageType exampleSchema() {
    return MessageTypeParser.parseMessageType(EXAMPLE);
  }

  static MessageType rejectedSchema() {
    return MessageTypeParser.parseMessageType(REJECTED);
  }

  static MessageType skippedSchema() {
    return MessageTypeParser.parseMessageType(SKIPPED);
  }

  static Group example(MessageType schema, String id, int label, byte[] image, String source) {
    Group row = new SimpleGroup(schema);
    row.add("id", id);
    row.add("label", label);
    row.add("image", Binary.fromConstantByteArray(image));
    row.add("source", source);
    return row;
  }

  static Group rejected(MessageType schema, Rejected image) {
    Group row = new SimpleGroup(schema);
    row.add("id", image.id());
    row.add("source", image.source());
    row.add("reason", image.reason());
    return row;
  }

  static Group skipped(MessageType schema, SkippedFiles.Entry entry) {
    Group row = new SimpleGroup(schema);
    row.add("path", entry.relative());
    row.add("files", entry.files());
    row.add("reason", entry.reason());
    return row;
  }
}
