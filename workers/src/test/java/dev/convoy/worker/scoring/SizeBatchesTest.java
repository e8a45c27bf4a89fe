package dev.convoy.worker.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.scoring.SizeBatches.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Images of several sizes come out in batches of one size each, all of them, and few wait. */
class SizeBatchesTest {
  private static final ImageShape SMALL = new ImageShape(1, 2, 1);
  private static final ImageShape LARGE = new ImageShape(10, 10, 1);
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private static <T> List<Batch<T>> rest(SizeBatches<T> batches) {
    List<Batch<T>> rest = new ArrayList<>();
    for (Optional<Batch<T>> one = batches.rest(); one.isPresent(); one = batches.rest()) {
      rest.add(one.get());
    }
    return rest;
  }

  @Example
  void aFullBatchGoesAtOnceAndTheRestInTheOrderOfItsSizes() {
    SizeBatches<String> batches = new SizeBatches<>(shape -> 2, NO_LIMIT, 100);
    assertThat(batches.add(LARGE, "a")).isEmpty();
    assertThat(batches.add(SMALL, "b")).isEmpty();
    assertThat(batches.add(LARGE, "c")).contains(new Batch<>(LARGE, List.of("a", "c")));
    assertThat(batches.add(LARGE, "d")).isEmpty();
    assertThat(rest(batches))
        .containsExactly(new Batch<>(SMALL, List.of("b")), new Batch<>(LARGE, List.of("d")));
  }

  @Example
  void theFullnessOfABatchDependsOnItsSize() {
    SizeBatches<Integer> batches =
        new SizeBatches<>(shape -> shape.equals(LARGE) ? 1 : 3, NO_LIMIT, 100);
    assertThat(batches.add(LARGE, 1)).contains(new Batch<>(LARGE, List.of(1)));
    assertThat(batches.add(SMALL, 2)).isEmpty();
    assertThat(batches.add(SMALL, 3)).isEmpty();
    assertThat(batches.add(SMALL, 4)).contains(new Batch<>(SMALL, List.of(2, 3, 4)));
  }

  @Example
  void beyondTheBytesTheSizeWithMostOfThemGoes() {
    SizeBatches<Integer> batches = new SizeBatches<>(shape -> 100, 101, 100);
    assertThat(batches.add(LARGE, 1)).isEmpty();
    assertThat(batches.add(SMALL, 2)).contains(new Batch<>(LARGE, List.of(1)));
    assertThat(batches.add(LARGE, 3)).contains(new Batch<>(LARGE, List.of(3)));
    assertThat(rest(batches)).containsExactly(new Batch<>(SMALL, List.of(2)));
  }

  @Example
  void ofEquallyManyBytesThoseThatWaitedLongestGo() {
    SizeBatches<Integer> batches = new SizeBatches<>(shape -> 100, NO_LIMIT, 2);
    assertThat(batches.add(new ImageShape(2, 3, 1), 1)).isEmpty();
    assertThat(batches.add(new ImageShape(3, 2, 1), 2)).isEmpty();
    assertThat(batches.add(new ImageShape(1, 6, 1), 3))
        .contains(new Batch<>(new ImageShape(2, 3, 1), List.of(1)));
  }

  @Property(tries = 300)
  void everyImageComesOutOnceWithItsSizeAndFewWait(
      @ForAll @Size(max = 200) List<@IntRange(min = 1, max = 12) Integer> widths,
      @ForAll @IntRange(min = 1, max = 5) int batch,
      @ForAll @IntRange(min = 1, max = 40) int mostBytes,
      @ForAll @IntRange(min = 1, max = 20) int mostImages) {
    SizeBatches<Integer> batches = new SizeBatches<>(shape -> batch, mostBytes, mostImages);
    Map<Integer, Integer> widthOf = new HashMap<>();
    List<Batch<Integer>> out = new ArrayList<>();
    int waiting = 0;
    long bytes = 0;
    for (int i = 0; i < widths.size(); i++) {
      widthOf.put(i, widths.get(i));
      Optional<Batch<Integer>> full = batches.add(new ImageShape(1, widths.get(i), 1), i);
      waiting += 1 - full.map(one -> one.images().size()).orElse(0);
      bytes += widths.get(i);
      bytes -= full.map(one -> one.images().size() * one.shape().width()).orElse(0);
      assertThat(waiting).isBetween(0, mostImages);
      assertThat(bytes).isBetween(0L, (long) mostBytes);
      full.ifPresent(out::add);
    }
    out.addAll(rest(batches));
    List<Integer> seen = new ArrayList<>();
    for (Batch<Integer> one : out) {
      assertThat(one.images()).hasSizeBetween(1, batch).isSorted();
      assertThat(one.images()).allMatch(i -> widthOf.get(i) == one.shape().width());
      seen.addAll(one.images());
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(widthOf.keySet());
  }

  @Example
  void withoutRoomForAnImageNothingCanWait() {
    assertThatThrownBy(() -> new SizeBatches<String>(shape -> 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid mostImages: 0 (must be at least 1)");
  }
}
