package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.source.TableSource;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables of catalogs, and queries. */
@Tag("slow")
class ScorerSourceTest extends ScorerFixture {
  private ScorePlan plan(TableSource.Kind kind, String text) {
    return with(
        plan(Optional.empty(), ExistingOutput.KEEP),
        new TableSource(kind, text, OptionalLong.empty()),
        ErrorLimit.NONE);
  }

  @Test
  void aTableOfACatalogAndAQueryAreScored() {
    table(TABLE, RowFactory.create("ann", 1L, WHITE), RowFactory.create("bob", 2L, BLACK));
    TestSpark.session().read().parquet(literal(input)).createOrReplaceTempView("visits");
    try {
      score(plan(TableSource.Kind.TABLE, "visits"));
      assertThat(written("customer")).hasSize(2);
      output = directory.resolve("of query");
      score(
          plan(
              TableSource.Kind.QUERY,
              "SELECT image, customer FROM visits WHERE image = X'FFFFFFFF'"));
      assertScored(written("customer").get(0), 1, SURE);
      assertThat(written("customer")).hasSize(1);
      output = directory.resolve("of none");
      assertThatThrownBy(() -> score(plan(TableSource.Kind.TABLE, "visitors")))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageStartingWith("Cannot score --table visitors: [TABLE_OR_VIEW_NOT_FOUND]");
      assertThatThrownBy(() -> score(plan(TableSource.Kind.QUERY, "SELEKT 1")))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("Cannot score --query SELEKT 1: ")
          .hasMessageContaining("PARSE_SYNTAX_ERROR");
      assertThat(output).doesNotExist();
    } finally {
      TestSpark.session().catalog().dropTempView("visits");
    }
  }

  @Test
  void aQueryChangesNothing() throws IOException {
    table(TABLE, RowFactory.create("ann", 1L, WHITE));
    Path victim = Files.createDirectories(directory.resolve("victim"));
    TestDatasets.put(victim.resolve("thesis.txt"), new byte[1]);
    TestSpark.session().read().parquet(literal(input)).createOrReplaceTempView("visits");
    try {
      for (String command :
          List.of(
              "INSERT OVERWRITE DIRECTORY '" + victim + "' USING parquet SELECT 1 AS image",
              "WITH v AS (SELECT 1) INSERT OVERWRITE DIRECTORY '"
                  + victim
                  + "' USING parquet SELECT * FROM v",
              "DROP VIEW visits",
              "CREATE TABLE t USING parquet AS SELECT 1 AS image",
              "SELECT 1) ; DROP VIEW visits -- ")) {
        assertThatThrownBy(() -> score(plan(TableSource.Kind.QUERY, command)))
            .as(command)
            .isInstanceOf(InvalidRequestException.class)
            .hasMessageContaining("(give one query, SELECT …)");
      }
      assertThat(victim.resolve("thesis.txt")).exists();
      assertThat(TestSpark.session().catalog().tableExists("visits")).isTrue();
      assertThat(TestSpark.session().catalog().tableExists("t")).isFalse();
    } finally {
      TestSpark.session().catalog().dropTempView("visits");
    }
  }

  @Test
  void anOutputDoesNotReplaceTheFilesOfItsQuery() {
    input = directory.resolve("photos");
    table(TABLE, RowFactory.create("ann", 1L, WHITE));
    output = input;
    ScorePlan overwrite =
        with(
            plan(Optional.empty(), ExistingOutput.OVERWRITE),
            new TableSource(
                TableSource.Kind.QUERY,
                "SELECT * FROM parquet.`" + input + "`",
                OptionalLong.empty()),
            ErrorLimit.NONE);
    assertThatThrownBy(() -> score(overwrite))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("must neither be inside file:" + input + ", which is read");
    assertThat(TestSpark.session().read().parquet(input.toString()).columns()).contains("image");
    ScorePlan inACondition =
        with(
            overwrite,
            new TableSource(
                TableSource.Kind.QUERY,
                "SELECT X'FFFFFFFF' AS image WHERE 1 IN (SELECT 1 FROM parquet.`" + input + "`)",
                OptionalLong.empty()),
            ErrorLimit.NONE);
    assertThatThrownBy(() -> score(inACondition))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("must neither be inside file:" + input + ", which is read");
    output = directory.resolve("scores");
    TestDatasets.put(input.resolve("_delta_log/00000000000000000000.json"), new byte[0]);
    assertThatThrownBy(() -> score(plan(TableSource.Kind.TABLE, "parquet.`" + input + "`")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("only the table's log tells which rows are live");
    assertThat(output).doesNotExist();
  }
}
