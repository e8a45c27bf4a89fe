package dev.convoy.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ExecutorsTest {
  private static final Duration QUIET = Duration.ofMillis(120);

  @Test
  void theMasterOrTheSettingSaysHowMany() {
    assertThat(expected("local-cluster[3,1,2048]")).isEqualTo(3);
    assertThat(expected("local-cluster[ 2 , 1, 2048 ]")).isEqualTo(2);
    assertThat(expected("spark://host:7077")).isEqualTo(1);
    SparkConf asked = new SparkConf(false).setMaster("yarn").set("spark.executor.instances", "7");
    assertThat(Executors.expected(asked)).isEqualTo(7);
  }

  private static int expected(String master) {
    return Executors.expected(new SparkConf(false).setMaster(master));
  }

  @Test
  void thoseThatRegisterLateAreAwaited() throws InterruptedException {
    AtomicInteger looks = new AtomicInteger();
    int found =
        Executors.await(
            () -> looks.incrementAndGet() < 4 ? 1 : 2, 2, Duration.ofSeconds(20), QUIET);
    assertThat(found).isEqualTo(2);
    assertThat(looks.get()).isGreaterThan(4);
  }

  @Test
  void oneMoreThanExpectedIsAwaitedWhileTheyStillCome() throws InterruptedException {
    AtomicInteger looks = new AtomicInteger();
    int found =
        Executors.await(
            () -> looks.incrementAndGet() < 2 ? 1 : 2, 1, Duration.ofSeconds(20), QUIET);
    assertThat(found).isEqualTo(2);
  }

  @Test
  void thoseThatNeverComeAreNotAwaitedForever() throws InterruptedException {
    assertThat(Executors.await(() -> 1, 2, Duration.ofMillis(100), QUIET)).isEqualTo(1);
  }
}
