package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.score.output.ScoreTarget;
import dev.convoy.driver.score.output.WriteMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** New images of tar archives, which the program {@code tar} packs. */
@Tag("slow")
class ArchiveRowsTest extends ScorerFixture {
  private void pack(String archive, String option, int... greys) throws Exception {
    Path images = Files.createTempDirectory(directory, "images");
    List<String> command =
        new ArrayList<>(List.of("tar", option, input.resolve(archive).toString()));
    command.addAll(List.of("-C", images.toString()));
    for (int i = 0; i < greys.length; i++) {
      TestDatasets.put(images.resolve(i + ".png"), TestDatasets.png(2, fill(greys[i])));
      command.add(i + ".png");
    }
    Files.createDirectories(input);
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static int[] fill(int grey) {
    return new int[] {grey, grey, grey, grey};
  }

  private ScorePlan plan(RowChoice rows) {
    return plan(
        new ScoreTarget(
            ScoreTarget.Kind.PATH,
            output.toString(),
            Optional.empty(),
            rows == RowChoice.AGAIN ? WriteMode.OVERWRITE : WriteMode.APPEND,
            List.of(),
            OptionalLong.empty()),
        ResultSelection.ALL,
        rows);
  }

  private List<String> scored() {
    return written("id").stream()
        .map(row -> row.getAs("id") + " " + row.getAs("predicted_label"))
        .toList();
  }

  @Test
  void imagesOfNewAndChangedArchivesAreScoredOnce() throws Exception {
    pack("a.tar", "-cf", 255, 0);
    pack("b.tar.gz", "-czf", 0);
    ScoreReport first = score(plan(RowChoice.NEW));
    assertThat(first.rows()).isEqualTo(3);
    assertThat(scored())
        .containsExactly("a.tar/0.png bright", "a.tar/1.png dark", "b.tar.gz/0.png dark");
    assertThat(written("id").get(0).schema().fieldNames()).startsWith("id", "length", "modified");
    assertThat((long) written("id").get(2).getAs("length"))
        .isEqualTo(Files.size(input.resolve("b.tar.gz")));

    pack("c.tar", "-cf", 255);
    ScoreReport second = score(plan(RowChoice.NEW));
    assertThat(second.rows()).isEqualTo(1);
    assertThat(second.already()).isEqualTo(3);

    assertThat(score(plan(RowChoice.NEW)).rows()).isZero();

    pack("b.tar.gz", "-czf", 255, 0);
    assertThat(score(plan(RowChoice.NEW)).rows()).isEqualTo(2);
    assertThat(scored())
        .containsExactlyInAnyOrder(
            "a.tar/0.png bright",
            "a.tar/1.png dark",
            "b.tar.gz/0.png dark",
            "b.tar.gz/0.png bright",
            "b.tar.gz/1.png dark",
            "c.tar/0.png bright");
    assertThat(score(plan(RowChoice.AGAIN)).rows()).isEqualTo(5);
    assertThat(scored()).hasSize(6);
  }

  @Test
  void archivesWithoutNewImagesAreNotReadAgain() throws Exception {
    pack("a.tar", "-cf", 255, 0);
    score(plan(RowChoice.NEW));
    pack("b.tar", "-cf", 0);
    ScoreInput opened =
        ScoreInput.open(
            TestSpark.session(),
            TestSpark.storage(),
            plan(RowChoice.NEW),
            TestModels.brightness().network(),
            List.of());
    try (NewRows fresh =
        NewRows.of(
            opened.rows(),
            opened.keys(),
            Optional.of(
                TestSpark.session()
                    .read()
                    .parquet(literal(output))
                    .selectExpr("id", "length", "modified")))) {
      assertThat(fresh.count()).isEqualTo(1);
      assertThat(((ArchiveRows) fresh.rows()).slices())
          .singleElement()
          .satisfies(slice -> assertThat(slice.source().orElseThrow()).endsWith("/b.tar"));
      assertThat(fresh.rows().rows().collectAsList())
          .extracting(row -> row.getString(0))
          .containsExactly("b.tar/0.png");
    }
  }
}
