package dev.convoy;

import dev.convoy.driver.transform.BroadcastModel;
import dev.convoy.worker.model.Model;
import org.apache.spark.sql.SparkSession;

/** A model that all copies of a {@link ConvoyModel} share, and its broadcast. Thread-safe. */
final class SharedModel {
  private final Model model;
  private BroadcastModel broadcast;

  SharedModel(Model model) {
    this.model = model;
  }

  Model model() {
    return model;
  }

  /** Returns the model as executors of a session's application have it. */
  synchronized BroadcastModel on(SparkSession session) {
    if (broadcast == null || !broadcast.isOf(session)) {
      broadcast = BroadcastModel.shared(session, model);
    }
    return broadcast;
  }
}
