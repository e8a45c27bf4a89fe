package dev.convoy.driver.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.driver.Versions;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.ExecutorEnvironment;
import dev.convoy.driver.train.run.PlanDocument;

/** What a model records of its training: plan, dataset, versions, and the executors. */
final class Provenance {
  private Provenance() {}

  static ObjectNode of(TrainPlan plan, ImageDataset data, ExecutorEnvironment environment) {
    ObjectNode node = Json.object();
    node.set("plan", PlanDocument.plan(plan));
    node.put("data", data.directory());
    node.put("dataset", data.manifest().fingerprint());
    // By label, in the order of the labels: scoring compares its predictions with them.
    node.set("trainExamples", Json.tree(data.manifest().counts().get(Split.TRAIN)));
    node.set("preparation", data.manifest().plan());
    node.put("seed", plan.seed());
    node.put("convoy", Versions.convoy());
    node.put("spark", Versions.spark());
    node.put("dl4j", Versions.dl4j());
    node.put("java", System.getProperty("java.version"));
    node.put("cpu", environment.cpu());
    node.put("kernels", environment.kernels());
    node.put("nativeThreads", environment.nativeThreads());
    return node;
  }
}
