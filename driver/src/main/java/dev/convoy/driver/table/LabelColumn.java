package dev.convoy.driver.table;

import dev.convoy.data.Problems;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/**
 * The labels of rows: names, or numbers whose names may be in the metadata of the column, where a
 * {@code StringIndexer} writes them.
 *
 * @param isNumber whether the labels are numbers, read as doubles
 * @param names names by number, if the metadata has them
 */
public record LabelColumn(boolean isNumber, List<String> names) implements Serializable {
  /** Number of characters of the longest label. Reports show labels in whole. */
  private static final int MOST_CHARACTERS = 4096;

  public LabelColumn {
    names = List.copyOf(names);
  }

  /**
   * Finds out the form of a column.
   *
   * @param option option or Param that names the column, for messages
   * @param problems receives the fault if it cannot hold labels
   */
  public static LabelColumn of(String option, StructField field, Problems problems) {
    if (field.dataType().equals(DataTypes.StringType)) {
      return new LabelColumn(false, List.of());
    }
    String where = option + " " + field.name();
    if (!(field.dataType() instanceof NumericType)) {
      problems.add(
          where,
          "cannot hold labels: its type is "
              + field.dataType().simpleString()
              + " (labels are strings: names, or numbers: class indices from 0 on)");
    }
    List<String> names = names(field);
    if (names.stream().anyMatch(String::isBlank) || new HashSet<>(names).size() < names.size()) {
      problems.add(where, "its metadata has an empty label name, or one twice: " + names);
    }
    return new LabelColumn(true, names);
  }

  private static List<String> names(StructField field) {
    if (!(field.dataType() instanceof NumericType)) {
      return List.of();
    }
    Attribute attribute = Attribute.fromStructField(field);
    if (attribute instanceof NominalAttribute nominal) {
      return nominal.values().isDefined()
          ? Arrays.asList(nominal.values().get())
          : numbers(
              nominal.getNumValues().isDefined() ? (Integer) nominal.getNumValues().get() : 0);
    }
    if (attribute instanceof BinaryAttribute binary) {
      return binary.values().isDefined() ? Arrays.asList(binary.values().get()) : numbers(2);
    }
    return List.of();
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  /** A label's name, or the reason why there is none; the other is an empty text. */
  public record Found(String name, String fault) {}

  /**
   * Reads a label.
   *
   * @param cell a string or a double, or null
   */
  public Found read(Object cell) {
    if (cell == null) {
      return new Found("", "there is no label");
    }
    if (!isNumber) {
      String name = (String) cell;
      if (name.length() > MOST_CHARACTERS) {
        return new Found(
            "",
            "its label has "
                + name.length()
                + " characters, and a label has at most "
                + MOST_CHARACTERS);
      }
      return name.isBlank() ? new Found("", "its label is empty") : new Found(name, "");
    }
    double number = (Double) cell;
    if (!(number >= 0 && number < Integer.MAX_VALUE && number == Math.rint(number))) {
      return new Found(
          "",
          "its label is "
              + (number == (long) number ? String.valueOf((long) number) : String.valueOf(number))
              + ", and class indices are whole numbers from 0 (cast labels that are names to"
              + " strings)");
    }
    int index = (int) number;
    if (names.isEmpty()) {
      return new Found(String.valueOf(index), "");
    }
    return index < names.size()
        ? new Found(names.get(index), "")
        : new Found(
            "",
            "its label is "
                + index
                + ", and the metadata of the column names only "
                + names.size()
                + " labels");
  }

  /**
   * Returns all labels in the order of their numbers: those of the metadata, or all numbers up to
   * the largest, or names sorted as {@code prepare} sorts them.
   *
   * @param found labels of the rows
   * @param rows number of rows
   * @param option option or Param that names the column, for messages
   * @param problems receives the fault if the numbers cannot be class indices
   */
  public List<String> all(String option, SortedSet<String> found, long rows, Problems problems) {
    if (!names.isEmpty() || !isNumber) {
      return names.isEmpty() ? List.copyOf(found) : names;
    }
    int largest = found.stream().mapToInt(Integer::parseInt).max().orElse(0);
    if (largest >= rows) {
      problems.add(
          option,
          "the largest class index is "
              + largest
              + ", and there are only "
              + rows
              + " rows: a class for each number up to it makes no sense (index the labels with a"
              + " StringIndexer, or cast them to strings)");
      return List.of();
    }
    return numbers(largest + 1);
  }
}
