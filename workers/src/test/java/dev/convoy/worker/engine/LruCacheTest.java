package dev.convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LruCacheTest {
  private final List<String> closed = new ArrayList<>();
  private int made;

  private String make(int key) {
    made++;
    return "value of " + key;
  }

  @Test
  void theOneWhoseUseIsLongestAgoIsClosed() {
    LruCache<Integer, String> cache = new LruCache<>(2, closed::add);
    cache.get(1, this::make);
    cache.get(2, this::make);
    assertThat(cache.get(1, this::make)).isEqualTo("value of 1");
    cache.get(3, this::make);
    assertThat(closed).containsExactly("value of 2");
    assertThat(made).isEqualTo(3);
  }

  @Test
  void bytesAreKeptBelowTheirBoundBeforeMoreAreTaken() {
    LruCache<Integer, String> cache = new LruCache<>(9, key -> key, 10, closed::add);
    cache.get(4, this::make);
    cache.get(5, this::make);
    assertThat(closed).isEmpty();
    cache.get(
        6,
        key -> {
          assertThat(closed).containsExactly("value of 4", "value of 5");
          return make(key);
        });
    cache.get(99, this::make);
    assertThat(closed).hasSize(3);
    assertThat(cache.get(99, this::make)).isEqualTo("value of 99");
    assertThat(made).isEqualTo(4);
  }

  @Test
  void whatCannotBeMadeIsNotKept() {
    LruCache<Integer, String> cache = new LruCache<>(2, closed::add);
    assertThatThrownBy(
            () ->
                cache.get(
                    1,
                    key -> {
                      throw new IllegalStateException("no memory");
                    }))
        .hasMessage("no memory");
    assertThat(cache.get(1, this::make)).isEqualTo("value of 1");
  }

  @Test
  void closingClosesAll() {
    LruCache<Integer, String> cache = new LruCache<>(2, closed::add);
    cache.get(1, this::make);
    cache.get(2, this::make);
    cache.close();
    assertThat(closed).containsExactly("value of 1", "value of 2");
  }
}
