package dev.convoy.data.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.TestSpark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;

class TaskItemsTest {
  @Test
  void listenerHearsOfEveryItemOfEveryTaskOnce() throws Exception {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    WorkListener listener =
        new WorkListener() {
          @Override
          public void begin(String part, String items, OptionalLong total) {
            heard.add(part + " " + total.getAsLong() + " " + items);
          }

          @Override
          public void progress(long done) {
            heard.add(String.valueOf(done));
          }

          @Override
          public void end() {
            heard.add("end");
          }
        };
    SparkContext spark = TestSpark.session().sparkContext();
    try (TaskItems work =
        new TaskItems(spark, listener, "Counting", "numbers", OptionalLong.of(10))) {
      LongAccumulator counter = work.counter();
      JavaSparkContext.fromSparkContext(spark)
          .parallelize(List.of(1, 2, 3, 4), 4)
          .foreach(number -> counter.add(number));
    }
    assertThat(heard).startsWith("Counting 10 numbers").endsWith("10", "end");
    assertThat(heard.subList(1, heard.size() - 1)).extracting(Integer::valueOf).isSorted();
  }
}
