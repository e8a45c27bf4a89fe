package dev.convoy.driver.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.driver.Versions;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.run.PlanDocument;
import java.util.Map;
import java.util.TreeMap;

/** The parameters of a run as MLflow has them: names with dots, and texts. */
public final class RunParameters {
  private RunParameters() {}

  /**
   * Returns the parameters of a plan. Of the network it has the numbers of layers and parameters;
   * its definition is in the model.
   *
   * @param dataset fingerprint of the dataset
   */
  public static Map<String, String> of(TrainPlan plan, String dataset) {
    Map<String, String> parameters = new TreeMap<>();
    ObjectNode node = PlanDocument.plan(plan);
    node.remove("network");
    flatten("", node, parameters);
    parameters.put("network.layers", Integer.toString(plan.network().nodes().size()));
    parameters.put("network.parameters", Long.toString(plan.network().parameters()));
    parameters.put("dataset", dataset);
    parameters.put("convoy", Versions.convoy());
    return parameters;
  }

  private static void flatten(String name, JsonNode node, Map<String, String> parameters) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              entry ->
                  flatten(
                      name.isEmpty() ? entry.getKey() : name + "." + entry.getKey(),
                      entry.getValue(),
                      parameters));
    } else {
      parameters.put(name, node.isValueNode() ? node.asText() : node.toString());
    }
  }
}
