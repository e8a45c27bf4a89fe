package dev.convoy.driver.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.RowFormat;
import dev.convoy.data.source.TableSource;
import dev.convoy.driver.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a table all rows and all columns are read, or it is refused with the reason. */
class TableFilesTest {
  private static final String PLACE =
      "; the files of a table all lie at its top, or all in partitions of the same columns,"
          + " COLUMN=VALUE (name the directory around the files, or move the others away)";

  @TempDir private Path directory;

  private void write(String below, String... columns) {
    Dataset<Row> rows = TestSpark.session().range(3).toDF("id").coalesce(1);
    rows.selectExpr(columns).write().mode("append").parquet(directory.resolve(below).toString());
  }

  private Dataset<Row> read() {
    return new TableFiles(TestSpark.session(), listing(), RowFormat.TABLE, InputUse.SCORE).read();
  }

  private InputListing listing() {
    return new InputListing(TestSpark.storage(), directory.toString());
  }

  private void assertRefused(String start, String end) {
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot score " + directory + ": " + start)
        .hasMessageEndingWith(end);
  }

  @Test
  void aWriterThatHasNotEndedIsTold() throws IOException {
    write("", "id");
    assertThat(notes()).isEmpty();
    Files.createDirectories(directory.resolve("_temporary/0"));
    assertThat(notes())
        .containsExactly(
            "A job that writes the input has not ended: "
                + directory
                + "/_temporary is there. Its rows are read only as far as they are published.");
  }

  private List<String> notes() {
    return OpenTable.ofFiles(
            TestSpark.session(),
            listing(),
            RowFormat.TABLE,
            InputUse.SCORE,
            TableSource.path(directory.toString()))
        .notes();
  }

  @Test
  void filesOfOneDepthAreOneTable() {
    write("k=1", "id");
    write("k=2", "id");
    assertThat(read().count()).isEqualTo(6);
    assertThat(read().columns()).containsExactly("id", "k");
  }

  @Test
  void orcFilesHaveTheColumnsOfAllAndNothingElseBesideThem() {
    Dataset<Row> rows = TestSpark.session().range(3).toDF("id").coalesce(1);
    for (String column : List.of("id", "id AS other")) {
      rows.selectExpr(column).write().mode("append").orc(directory.toString());
    }
    TableFiles files =
        new TableFiles(TestSpark.session(), listing(), RowFormat.ORC, InputUse.SCORE);
    assertThat(files.read().columns()).containsExactlyInAnyOrder("id", "other");
    assertThat(files.read().count()).isEqualTo(6);
    write(".", "id");
    TableFiles mixed =
        new TableFiles(TestSpark.session(), listing(), RowFormat.ORC, InputUse.SCORE);
    assertThatThrownBy(mixed::read)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith(
            " is a Parquet file, and a table may hold ORC files only (move the others away, or name"
                + " the directory of the ORC files)");
  }

  @Test
  void aFileInADirectoryBesideFilesIsNotLost() {
    write("", "id");
    write("more", "id");
    assertRefused("more/part-", " lies in a directory that is not a partition" + PLACE);
    write("more", "id");
    assertRefused(
        "more/part-", " and 1 more file lie in a directory that is not a partition" + PLACE);
  }

  @Test
  void partitionsWhoseNamesBeginWithAnUnderscoreAreRead() {
    write("_k=1", "id");
    assertThat(read().count()).isEqualTo(3);
    write("", "id");
    assertRefused("_k=1/part-", " are not in partitions of the same columns" + PLACE);
  }

  @Test
  void hiddenFilesAreTold() throws IOException {
    write("", "id");
    write("_old", "id");
    write(".older", "id");
    for (String name : List.of("_x.parquet", ".y.parquet", ".z.crc", "_committed_1")) {
      Files.write(directory.resolve(name), new byte[1]);
    }
    assertThat(read().count()).isEqualTo(3);
    assertThat(listing().skippedInTable().groups())
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.reason())
                  .startsWith("hidden from Spark, because a name in the path");
              assertThat(group.first().stream().map(name -> name.replaceAll("/part-.*", "/part")))
                  .containsExactly(".older", ".y.parquet", "_old/part", "_x.parquet");
              // The hidden directory counts with all of its files, also markers and checksums.
              assertThat(group.files()).isEqualTo(7);
            });
  }

  @Test
  void aPartitionBesideFilesIsNotLost() {
    write("", "id");
    write("k=1", "id");
    assertRefused("k=1/part-", " are not in partitions of the same columns" + PLACE);
  }

  @Test
  void filesOfADirectoryBelowAreNamed() {
    write("more", "id");
    assertRefused("more/part-", " lies in a directory that is not a partition" + PLACE);
  }

  @Test
  void columnsOfAllFilesAreRead() {
    write("", "id");
    write("", "id", "'x' extra");
    Dataset<Row> table = read();
    assertThat(table.columns()).containsExactlyInAnyOrder("id", "extra");
    assertThat(table.count()).isEqualTo(6);
    assertThat(table.filter("extra is null").count()).isEqualTo(3);
  }

  @Test
  void columnsOfTwoTypesAreRefused() {
    write("", "id", "1 label");
    write("", "id", "'x' label");
    assertRefused("[CANNOT_MERGE_SCHEMAS]", "or write the table again)");
    assertThatThrownBy(this::read)
        .message()
        .containsAnyOf("\"INT\" and \"STRING\"", "\"STRING\" and \"INT\"");
  }

  @Test
  void partitionsOfTwoColumnsAreRefused() {
    write("a=1", "id");
    write("b=2", "id");
    assertRefused("a=1/part-", " are not in partitions of the same columns" + PLACE);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 100, -1})
  void aTruncatedFileIsNamedWithTheRemedy(int bytes) throws IOException {
    write("", "id");
    Path whole = onlyFile();
    byte[] content = Files.readAllBytes(whole);
    Path truncated = directory.resolve("z.parquet");
    Files.write(truncated, Arrays.copyOf(content, bytes < 0 ? content.length + bytes : bytes));
    assertThatThrownBy(this::read)
        .isInstanceOf(JobFailedException.class)
        .hasMessage(
            "Cannot read file:"
                + truncated
                + ": it is not a whole Parquet file (it may be truncated: copy or write it again,"
                + " or move it out of the table)");
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("part-.*"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void anEmptyFileIsNamed() throws IOException {
    write("", "id");
    Files.write(directory.resolve("z.parquet"), List.of());
    assertRefused(
        "z.parquet is empty, and a Parquet file never is (write it again, or delete it)", "");
  }
}
