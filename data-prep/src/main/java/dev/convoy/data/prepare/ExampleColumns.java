package dev.convoy.data.prepare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Checks;
import dev.convoy.data.io.Json;
import java.util.Optional;

/**
 * The columns of a table that examples are made of.
 *
 * @param image name of the column of images: bytes, paths or structs
 * @param path pattern of a path, in which {} stands for the value of the image column
 * @param label name of the column of labels: names, or class indices
 * @param id name of the column of ids; empty: paths are ids, or digests where there are none
 * @param split name of the column with the split of a row; empty if rows are divided by the plan
 * @param group name of the column with the group of a row, whose rows stay in one split; empty for
 *     none
 */
public record ExampleColumns(
    String image,
    String path,
    String label,
    Optional<String> id,
    Optional<String> split,
    Optional<String> group) {
  /** Creates columns without groups. */
  public ExampleColumns(
      String image, String path, String label, Optional<String> id, Optional<String> split) {
    this(image, path, label, id, split, Optional.empty());
  }

  public ExampleColumns {
    Checks.notBlank(image, "image");
    Checks.notBlank(label, "label");
    Checks.notBlank(path, "path");
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("image", image);
    json.put("path", path);
    json.put("label", label);
    id.ifPresent(name -> json.put("id", name));
    split.ifPresent(name -> json.put("split", name));
    group.ifPresent(name -> json.put("group", name));
    return json;
  }
}
