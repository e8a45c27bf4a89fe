package dev.convoy.worker.engine.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayoutTypeTest {
  @ParameterizedTest
  @EnumSource(ValueType.class)
  void valuesOfATypeTakeItsBytes(ValueType type) {
    Layout maps = Layout.channelsLast(2, 3, 5, 7).as(type);

    assertEquals(type, maps.type());
    assertEquals(2L * 3 * 5 * 7 * type.bytes(), maps.bytes());
  }

  @Test
  void anotherTypeIsAnotherLayout() {
    Layout single = Layout.rowMajor(4, 5);

    assertFalse(single.matches(single.as(ValueType.BFLOAT16)));
    assertEquals(ValueType.FLOAT32, single.type());
  }
}
