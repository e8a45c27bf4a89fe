package dev.convoy.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FirstOfTest {
  private static String shown(int size) {
    List<Integer> all = IntStream.range(0, size).boxed().toList();
    FirstOf<Integer> first = FirstOf.of(all, 3);
    assertThat(first.shown().size() + first.more()).isEqualTo(size);
    assertThat(FirstOf.of(all.subList(0, Math.min(4, size)), size, 3)).isEqualTo(first);
    return first.shown() + first.andMore(" ");
  }

  @Test
  void theLastOneIsShownInThePlaceOfOneMore() {
    assertThat(shown(0)).isEqualTo("[]");
    assertThat(shown(3)).isEqualTo("[0, 1, 2]");
    assertThat(shown(4)).isEqualTo("[0, 1, 2, 3]");
    assertThat(shown(5)).isEqualTo("[0, 1, 2] and 2 more");
    assertThat(shown(1_003)).isEqualTo("[0, 1, 2] and 1,000 more");
  }
}
