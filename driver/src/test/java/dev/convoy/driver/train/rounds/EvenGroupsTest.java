package dev.convoy.driver.train.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.TestSpark;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvenGroupsTest {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 1", "7, 2", "7, 3", "16, 2", "5, 5"})
  void groupsAreEvenAndKeepTheOrder(int partitions, int groups) {
    List<Integer> values = IntStream.range(0, partitions).boxed().toList();
    // Cached, so that Spark knows where partitions lie.
    JavaRDD<Integer> rdd =
        SPARK.parallelize(values, partitions).persist(StorageLevel.MEMORY_ONLY());
    try {
      rdd.count();
      List<List<Integer>> found = EvenGroups.coalesceEvenly(rdd, groups).glom().collect();
      assertThat(found).hasSize(groups);
      assertThat(found.stream().flatMap(List::stream)).containsExactlyElementsOf(values);
      assertThat(found)
          .allSatisfy(
              group ->
                  assertThat(group.size())
                      .isBetween(partitions / groups, (partitions + groups - 1) / groups));
    } finally {
      rdd.unpersist();
    }
  }
}
