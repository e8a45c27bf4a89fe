package dev.convoy.driver.train.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import org.junit.jupiter.api.Test;

class PlanDifferencesTest {
  private static ObjectNode description(String plan) {
    return (ObjectNode) Json.readTree("{ \"plan\": " + plan + " }", "a test");
  }

  @Test
  void aRunWithoutAPrecisionWasTrainedInFloat32() {
    ObjectNode earlier = PlanDifferences.complete(description("{ \"epochs\": 3 }"));

    assertThat(
            PlanDifferences.between(
                    earlier, description("{ \"epochs\": 3, \"precision\": \"float32\" }"))
                .faults())
        .isEmpty();
    assertThat(
            PlanDifferences.between(
                    earlier, description("{ \"epochs\": 3, \"precision\": \"bfloat16\" }"))
                .faults())
        .containsExactly("--precision: float32 there, bfloat16 here");
  }

  @Test
  void aPrecisionThatIsThereStays() {
    ObjectNode plan = description("{ \"precision\": \"bfloat16\" }");

    assertThat(PlanDifferences.complete(plan.deepCopy())).isEqualTo(plan);
  }
}
