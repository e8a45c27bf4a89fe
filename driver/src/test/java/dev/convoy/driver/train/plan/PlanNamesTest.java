package dev.convoy.driver.train.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.config.Key;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.train.Plans;
import dev.convoy.driver.train.run.PlanDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanNamesTest {
  private static void leaves(String path, JsonNode node, List<String> found) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(field -> leaves(path + "." + field.getKey(), field.getValue(), found));
    } else {
      found.add(path);
    }
  }

  @Test
  void everyFieldOfAPlanIsCalledByTheFlagThatSetsIt() {
    List<String> paths = new ArrayList<>();
    TrainPlan plan = Plans.of(TestModels.network(TestModels.GREY, 2));
    leaves("plan", PlanDocument.plan(plan), paths);
    List<String> flags = Keys.all().stream().map(Key::flag).collect(Collectors.toList());
    flags.add("--init");
    assertThat(paths)
        .hasSizeGreaterThan(40)
        .allSatisfy(
            path -> {
              String name = PlanNames.displayName(path);
              if (path.startsWith("plan.network")) {
                assertThat(name).startsWith("--network");
              } else {
                assertThat(flags).as(path).contains(name);
              }
            });
  }
}
