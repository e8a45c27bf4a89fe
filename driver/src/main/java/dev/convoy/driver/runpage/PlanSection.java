package dev.convoy.driver.runpage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.HtmlPage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The plan of a run, what was chosen for the user, and what the run said when it started. */
record PlanSection(Html html, RunView view) {
  void write() {
    HtmlPage.section(
        html,
        "Plan",
        "",
        () -> {
          list("", view.notes("words"));
          list("Warnings of the dataset", view.notes("dataset"));
          list("Chosen because the settings were auto", view.notes("chosen"));
          html.element("h3", "All settings of the plan", "style", "margin-top:14px");
          html.div(
              "wide",
              () ->
                  html.element(
                      "table",
                      () -> {
                        fact("network", view.run().network().name());
                        fact("dataset", view.run().description().path("dataset").asText());
                        fact("Convoy", view.run().description().path("convoy").asText());
                        flat(view.plan()).forEach(this::fact);
                      },
                      "class",
                      "facts"));
        });
  }

  private void list(String title, List<String> sentences) {
    if (sentences.isEmpty()) {
      return;
    }
    if (!title.isEmpty()) {
      html.element("h3", title, "style", "margin-top:14px");
    }
    html.element(
        "ul", () -> sentences.forEach(sentence -> html.element("li", sentence)), "class", "plain");
  }

  private void fact(String name, String value) {
    html.element("tr", () -> html.element("th", name).element("td", value)).line();
  }

  /** Returns the values of a plan by their paths, without its network. */
  static Map<String, String> flat(JsonNode plan) {
    Map<String, String> values = new TreeMap<>();
    plan.fields()
        .forEachRemaining(
            field -> {
              if (!field.getKey().equals("network")) {
                add(field.getKey(), field.getValue(), values);
              }
            });
    return values;
  }

  private static void add(String path, JsonNode node, Map<String, String> values) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(field -> add(path + "." + field.getKey(), field.getValue(), values));
    } else {
      values.put(path, node.isValueNode() ? node.asText() : node.toString());
    }
  }
}
