package dev.convoy.driver.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.Problems;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.Test;

/** Labels are names, or class indices with or without names in the metadata of the column. */
class LabelColumnTest {
  private final Problems problems = new Problems();

  private LabelColumn column(DataType type, Metadata metadata) {
    return LabelColumn.of("labelCol", new StructField("tree", type, true, metadata), problems);
  }

  private static Metadata named(String... names) {
    return NominalAttribute.defaultAttr().withName("tree").withValues(names).toMetadata();
  }

  private static LabelColumn.Found fault(String reason) {
    return new LabelColumn.Found("", reason);
  }

  private static LabelColumn.Found name(String name) {
    return new LabelColumn.Found(name, "");
  }

  @Test
  void namesAreSortedAsTextsAreInJava() {
    LabelColumn column = column(DataTypes.StringType, Metadata.empty());
    assertThat(column.read("oak")).isEqualTo(name("oak"));
    assertThat(column.read(" ")).isEqualTo(fault("its label is empty"));
    assertThat(column.read(null)).isEqualTo(fault("there is no label"));
    assertThat(
            column.all("labelCol", new TreeSet<>(List.of("b", "a", "B", "10", "9")), 1, problems))
        .containsExactly("10", "9", "B", "a", "b");
    assertThat(problems.faults()).isEmpty();
  }

  @Test
  void numbersAreNamedByTheMetadataInItsOrder() {
    LabelColumn column = column(DataTypes.DoubleType, named("oak", "ash"));
    assertThat(column.read(1.0)).isEqualTo(name("ash"));
    assertThat(column.read(2.0))
        .isEqualTo(fault("its label is 2, and the metadata of the column names only 2 labels"));
    assertThat(column.all("labelCol", new TreeSet<>(List.of("ash")), 1, problems))
        .containsExactly("oak", "ash");
    assertThat(column(DataTypes.IntegerType, BinaryAttribute.defaultAttr().toMetadata()).names())
        .containsExactly("0", "1");
    Metadata counted = NominalAttribute.defaultAttr().withNumValues(3).toMetadata();
    assertThat(column(DataTypes.FloatType, counted).names()).containsExactly("0", "1", "2");
    assertThat(problems.faults()).isEmpty();
  }

  @Test
  void numbersWithoutNamesAreIndicesOfAsManyClassesAsTheLargestNeeds() {
    LabelColumn column = column(DataTypes.createDecimalType(), Metadata.empty());
    assertThat(column.read(12.0)).isEqualTo(name("12"));
    assertThat(column.all("labelCol", new TreeSet<>(List.of("10", "2")), 11, problems))
        .hasSize(11)
        .startsWith("0", "1")
        .endsWith("10");
    assertThat(problems.faults()).isEmpty();
    for (String wrong : List.of("-1", "0.5", "NaN", "Infinity", "3000000000")) {
      assertThat(column.read(Double.valueOf(wrong)))
          .isEqualTo(
              fault(
                  "its label is "
                      + wrong
                      + ", and class indices are whole numbers from 0 (cast labels that are names"
                      + " to strings)"));
    }
    column.all("labelCol", new TreeSet<>(List.of("11")), 11, problems);
    assertThat(problems.faults())
        .singleElement()
        .asString()
        .startsWith("labelCol: the largest class index is 11, and there are only 11 rows");
  }

  @Test
  void whatCannotHoldLabelsIsRefused() {
    column(DataTypes.BooleanType, Metadata.empty());
    column(DataTypes.DoubleType, named("oak", ""));
    assertThat(problems.faults())
        .satisfiesExactly(
            type ->
                assertThat(type)
                    .startsWith("labelCol tree: cannot hold labels: its type is boolean"),
            names ->
                assertThat(names)
                    .startsWith(
                        "labelCol tree: its metadata has an empty label name, or one twice"));
  }
}
