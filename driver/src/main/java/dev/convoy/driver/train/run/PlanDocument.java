package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.Versions;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.worker.model.ModelStore;

/** The document {@code plan.json}: the plan of a run, and what it is trained on. */
public final class PlanDocument {
  static final String EPOCHS = "epochs";

  private PlanDocument() {}

  /** Returns the document of a run that is to begin or to go on. */
  static ObjectNode of(Storage storage, TrainPlan plan, ImageDataset data) {
    ObjectNode document = Json.object();
    document.put("convoy", Versions.convoy());
    document.set("plan", plan(plan));
    document.put("dataset", data.manifest().fingerprint());
    if (!plan.init().isEmpty()) {
      document.put("initSha256", ModelStore.parametersSha256(storage, plan.init()));
    }
    return document;
  }

  /** Returns a plan as JSON, with its network in canonical form. */
  public static ObjectNode plan(TrainPlan plan) {
    ObjectNode node = Json.object();
    node.set("network", Json.readTree(plan.network().toJson(), "the network"));
    node.put(EPOCHS, plan.epochs());
    node.put("batch", plan.batch());
    node.put("replicas", plan.replicas());
    node.put("seed", plan.seed());
    node.set("schedule", Json.tree(plan.schedule()));
    node.set("optimizer", Json.tree(plan.optimizer()));
    node.put("precision", plan.precision().toString());
    node.set("augmentation", Json.tree(plan.augmentation()));
    node.set("averaging", Json.tree(plan.averaging()));
    node.set("stopping", Json.tree(plan.stopping()));
    node.set("rollback", Json.tree(plan.rollback()));
    node.put("init", plan.init());
    return node;
  }

  /** Returns the number of epochs of a document. */
  static int epochs(JsonNode document) {
    return document.path("plan").path(EPOCHS).asInt();
  }
}
