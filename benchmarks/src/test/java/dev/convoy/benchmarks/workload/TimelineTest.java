package dev.convoy.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.benchmarks.workload.Timeline.Mark;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimelineTest {
  private static Timeline of(long startSeconds, long... examplesAfterEachSecond) {
    List<Mark> marks = new ArrayList<>();
    marks.add(new Mark(startSeconds * 1_000_000, 0));
    for (long examples : examplesAfterEachSecond) {
      marks.add(new Mark((startSeconds + marks.size()) * 1_000_000, examples));
    }
    return new Timeline(marks);
  }

  @Test
  void oneWorkerHasItsExamplesByItsTime() {
    assertThat(Timeline.examplesPerSecond(List.of(of(5, 100, 300, 600)))).isEqualTo(200);
  }

  @Test
  void onlyTheTimeInWhichAllWorkCounts() {
    // From second 1 to 3: the first does 200 there, and the second 20 of its 40.
    Timeline first = of(0, 100, 200, 300);
    Timeline second = of(1, 10, 20, 30, 40);

    assertThat(Timeline.examplesPerSecond(List.of(first, second))).isEqualTo((200 + 20) / 2.0);
  }

  @Test
  void betweenMarksTheWorkIsEven() {
    Timeline whole = new Timeline(List.of(new Mark(0, 0), new Mark(4_000_000, 400)));
    Timeline late = new Timeline(List.of(new Mark(1_500_000, 0), new Mark(3_500_000, 50)));

    assertThat(Timeline.examplesPerSecond(List.of(whole, late))).isCloseTo(100 + 25, within(1e-9));
  }

  @Test
  void workThatNeverOverlapsHasNoCommonRate() {
    assertThatThrownBy(() -> Timeline.examplesPerSecond(List.of(of(0, 1), of(1, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("they do not overlap");
  }

  @Test
  void recorderIsOverWhenTimeIsUpAndSomethingIsDone() {
    Timeline.Recorder recorder = new Timeline.Recorder();
    assertThat(recorder.isOver(0)).isFalse();
    recorder.done(3);
    recorder.done(4);
    assertThat(recorder.isOver(0)).isTrue();
    assertThat(recorder.isOver(3_600)).isFalse();
    assertThat(recorder.timeline().marks()).last().extracting(Mark::examples).isEqualTo(7L);
  }
}
