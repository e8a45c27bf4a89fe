package dev.convoy.driver.sql;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.transform.BroadcastModel;
import dev.convoy.worker.engine.LruCache;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.ScoringPrecision;
import org.apache.spark.sql.SparkSession;

/**
 * The models of the queries of this JVM. A model is read again once its marker has changed, so a
 * query uses the model that is there when it starts. Thread-safe.
 */
final class SqlModels {
  private static final int KEPT = 16;
  private static final SqlModels JVM = new SqlModels();

  /** Those that are forgotten, or replaced, are left to Spark's context cleaner. */
  private final LruCache<String, Entry> models = new LruCache<>(KEPT, forgotten -> {});

  /** A model that is kept, with the content of its marker. */
  private static final class Entry {
    String marker = "";
    BroadcastModel model;
  }

  private SqlModels() {}

  static SqlModels ofThisJvm() {
    return JVM;
  }

  synchronized BroadcastModel get(SparkSession session, String directory) {
    Storage storage = SqlFunctions.storage(session);
    Entry entry = models.get(directory, path -> new Entry());
    String path = Storage.join(directory, ModelStore.MARKER);
    if (entry.model == null
        || !entry.model.isOf(session)
        || !storage.exists(path)
        || !storage.readText(path).equals(entry.marker)) {
      entry.marker = storage.exists(path) ? storage.readText(path) : "";
      Model model = ModelStore.read(storage, directory);
      entry.model = BroadcastModel.shared(session, model, ScoringPrecision.AUTO.arithmetic(model));
    }
    return entry.model;
  }
}
