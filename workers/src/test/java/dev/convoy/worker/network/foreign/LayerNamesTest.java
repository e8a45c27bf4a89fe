package dev.convoy.worker.network.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Whatever others call their layers, Convoy's names are allowed and unique. */
class LayerNamesTest {
  @Test
  void namesStayRecognisable() {
    LayerNames names = new LayerNames();
    assertThat(names.unique("conv1_1")).isEqualTo("conv1-1");
    assertThat(names.unique("conv1-1")).isEqualTo("conv1-1-2");
    assertThat(names.unique("block/conv:0")).isEqualTo("block-conv-0");
    assertThat(names.unique("2a")).isEqualTo("layer-2a");
    assertThat(names.unique("input")).isEqualTo("input-2");
    assertThat(names.unique("_")).isEqualTo("layer");
    assertThat(names.unique("x".repeat(70))).isEqualTo("x".repeat(64));
    assertThat(names.unique("x".repeat(80))).isEqualTo("x".repeat(62) + "-2");
  }

  @Property(tries = 200)
  void everyNameIsAllowedAndUnique(@ForAll @Size(max = 30) List<String> foreign) {
    LayerNames names = new LayerNames();
    List<String> made = foreign.stream().map(names::unique).toList();
    assertThat(made).doesNotHaveDuplicates().allMatch(n -> n.matches("[A-Za-z][A-Za-z0-9-]{0,63}"));
    assertThat(made).doesNotContain("input");
  }
}
