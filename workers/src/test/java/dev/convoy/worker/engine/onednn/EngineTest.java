package dev.convoy.worker.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** oneDNN where the build has it. */
class EngineTest {
  /** Tests of kernels are left out where it does not load: here it must. */
  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void itLoads() {
    assertThat(Engine.whyUnavailable()).isEmpty();
    assertThat(Engine.version()).isEqualTo("2.5.2");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void aKernelOfAClosedEngineIsRefused() {
    Engine engine = new Engine();
    Resources owner = engine.resources();
    Layout layout = Layout.rowMajor(2, 3);
    Memory values = engine.memory(owner, layout);
    Reorder copy = engine.reorder(owner, values, engine.memory(owner, Layout.rowMajor(2, 3)));
    copy.run();
    engine.close();
    assertThatThrownBy(copy::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The engine is closed");
  }
}
