package dev.convoy.driver.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.RowFormat;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestSpark;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Of CSV and JSON files every value arrives, or the records that are not as the others are named.
 */
class TextRowsTest {
  @TempDir private Path parent;

  /** A name with characters that would be a pattern. */
  private Path directory;

  @BeforeEach
  void nameDirectory() {
    directory = parent.resolve("lists [1] {a,b}");
  }

  private void write(String name, String text) {
    TestDatasets.put(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private List<List<Object>> read(RowFormat format, String... columns) {
    InputListing listing = new InputListing(TestSpark.storage(), directory.toString());
    return new TableFiles(TestSpark.session(), listing, format, InputUse.SCORE)
        .read().selectExpr(columns).collectAsList().stream().map(TextRowsTest::values).toList();
  }

  private static List<Object> values(Row row) {
    return java.util.stream.IntStream.range(0, row.length())
        .mapToObj(index -> row.isNullAt(index) ? "null" : row.get(index))
        .toList();
  }

  @Test
  void valuesOfCsvAreTextWithQuotesAndLinesInThem() {
    write("a.csv", "id,label,note\n007,\"a, b\",\"he said \"\"no\"\"\nand left\"\n008,,\"\\\"\n");
    assertThat(read(RowFormat.CSV, "id", "label", "note"))
        .containsExactly(
            List.of("007", "a, b", "he said \"no\"\nand left"), List.of("008", "null", "\\"));
  }

  @Test
  void tabsSeparateTheValuesOfTsv() {
    write("a.tsv", "id\tlabel\n1\ta,b\n");
    assertThat(read(RowFormat.CSV, "id", "label")).containsExactly(List.of("1", "a,b"));
  }

  @Test
  void recordsWithTooFewOrTooManyValuesAreNamed() {
    write("a.csv", "id,label\n1,cat\n2\n3,dog\n4,cat,more\n");
    assertThatThrownBy(() -> read(RowFormat.CSV, "id"))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("a.csv: line 3 has 1 value, and the first line names 2 columns; ")
        .hasMessageContaining("a.csv: line 5 has 3 values, and the first line names 2 columns (");
  }

  /** Spark takes all that follows for one value. */
  @Test
  void quotesThatAreNotClosedAreTold() {
    write("a.csv", "id,note\n1,a 5\" b\n2,\"5 inch\n3,x\n");
    assertThatThrownBy(() -> read(RowFormat.CSV, "id"))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("a.csv: a quote that is opened in line 3 is never closed (");
    write("a.csv", "id,note\n1,\"5 inch\n2,x\n3,\"y\"\n");
    assertThatThrownBy(() -> read(RowFormat.CSV, "id"))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("a.csv: text follows the quotes of a value that begins in line 2 (");
    write("a.csv", "id,note\r\n1,\"a\"\"b\"\r\n2,\"\"\r\n3,c\"d\r\n");
    assertThat(read(RowFormat.CSV, "id")).hasSize(3);
  }

  @Test
  void textInAnotherEncodingIsTold() {
    TestDatasets.put(
        directory.resolve("a.csv"),
        "id,label\n1,caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> read(RowFormat.CSV, "id"))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("a.csv: its text is not UTF-8");
  }

  /** As of files that were joined without an end of line between them. */
  @Test
  void whatFollowsAValueOfJsonIsTold() {
    for (String text :
        List.of(
            "{'id': 1}{'id': 2}\n{'id': 3}\n",
            "{'id': 1}\n{'id': 2}}} more\n",
            "[{'id': 1}]\n[{'id': 2}]",
            "[{'id': 1}]\n{'id': 2}")) {
      write("a.json", text.replace('\'', '"'));
      assertThatThrownBy(() -> read(RowFormat.JSON, "id"))
          .as(text)
          .isInstanceOf(JobFailedException.class)
          .hasMessageContaining("a.json: line ")
          .hasMessageContaining("something follows its value (");
    }
  }

  @Test
  void blankLinesAndValuesOfSeveralLinesAreNoFaults() {
    write("a.csv", "id,note\r\n\r\n1,\"a,\n\nb\"\r\n\r\n2,c");
    assertThat(read(RowFormat.CSV, "id", "note"))
        .containsExactly(List.of("1", "a,\n\nb"), List.of("2", "c"));
  }

  @Test
  void anotherSeparatorIsTold() {
    write("a.csv", "id;label\n1;cat\n");
    assertThatThrownBy(() -> read(RowFormat.CSV, "id"))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("a.csv: its first line, id;label, holds no comma: commas separate");
  }

  @Test
  void filesWithTabsAreNotReadWithThoseWithCommas() {
    write("a.csv", "id,label\n1,cat\n");
    write("b.tsv", "id\tlabel\n1\tcat\n");
    assertThatThrownBy(() -> read(RowFormat.CSV, "id"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("tabs separate the values of b.tsv, and commas those of a.csv (");
  }

  @Test
  void aNameThatOccursTwiceInAnObjectIsTold() {
    write("a.json", "{\"id\": 1}\n{\"id\": 2, \"id\": 3}\n");
    assertThatThrownBy(() -> read(RowFormat.JSON, "id"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("a.json: line 2, {\"id\": 2, \"id\": 3}: Duplicate field 'id' (give");
  }

  @Test
  void anEmptyArrayHasNoColumns() {
    write("a.json", "[]");
    assertThatThrownBy(() -> read(RowFormat.JSON, "id"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith("its files hold no record with a value");
  }

  @Test
  void aPatternNamesNoTable() {
    write("a.csv", "id\n1\n");
    InputListing listing = new InputListing(TestSpark.storage(), parent + "/*/*.csv");
    TableFiles files =
        new TableFiles(TestSpark.session(), listing, RowFormat.CSV, InputUse.PREPARE);
    assertThatThrownBy(files::read)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("a pattern may name archives and folders of images, and not");
  }

  @Test
  void filesWithOtherColumnsAreRefused() {
    write("a.csv", "id,label\n1,cat\n");
    write("b.csv", "id,breed\n1,cat\n");
    assertThatThrownBy(() -> read(RowFormat.CSV, "id"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(
            "Cannot score " + directory + ": its files have different columns: some have id, ")
        .hasMessageEndingWith(" (name files with the same columns)");
  }

  @Test
  void aColumnThatOccursTwiceIsRefused() {
    write("a.csv", "id,label,label\n1,cat,dog\n");
    assertThatThrownBy(() -> read(RowFormat.CSV, "id"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot score "
                + directory
                + ": a name occurs twice among its columns: id, label, label (give each another"
                + " name)");
  }

  @Test
  void jsonIsOneObjectOnALineOrOneArray() {
    write("a.jsonl", "{\"file\": \"x.png\", \"label\": 3}\n{\"file\": \"y.png\"}\n");
    assertThat(read(RowFormat.JSON, "file", "label"))
        .containsExactlyInAnyOrder(List.of("x.png", 3L), List.of("y.png", "null"));
    write("a.jsonl", "[{\"file\": \"x.png\",\n \"label\": 3}]");
    assertThat(read(RowFormat.JSON, "file", "label")).containsExactly(List.of("x.png", 3L));
  }

  @Test
  void damagedLinesOfJsonAreNamed() {
    write("a.json", "{\"file\": \"x.png\"}\n{\"file\": \n");
    assertThatThrownBy(() -> read(RowFormat.JSON, "file"))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("a.json: line 2, {\"file\":: Unexpected end-of-input");
    write("a.json", "{\"file\": \n");
    assertThatThrownBy(() -> read(RowFormat.JSON, "file"))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("a.json: line 1, ");
  }
}
