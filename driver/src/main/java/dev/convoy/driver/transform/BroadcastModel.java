package dev.convoy.driver.transform;

import dev.convoy.driver.JobNetworks;
import dev.convoy.driver.TaskSlots;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.program.Arithmetic;
import dev.convoy.worker.scoring.ScoringModel;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A model whose networks are sent to executors once, and the settings of file systems with them.
 * Close it when no job that uses it will run any more. If that is not known, leave it to Spark's
 * context cleaner. Thread-safe.
 */
public final class BroadcastModel implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Model model;
  private final Arithmetic arithmetic;
  private final String owner;
  private final int nativeThreads;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final Map<String, Broadcast<ScoringModel>> networks = new HashMap<>();

  /**
   * Sends the settings of the session's file systems to executors. Networks are sent when they are
   * first needed.
   *
   * @param arithmetic in which the networks score
   * @param owner name of the job that the networks of executors are built for
   */
  public BroadcastModel(SparkSession session, Model model, Arithmetic arithmetic, String owner) {
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.model = model;
    this.arithmetic = arithmetic;
    this.owner = owner;
    this.nativeThreads = TaskSlots.nativeThreads(session.sparkContext().conf());
    this.hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
  }

  /** Returns a model that shares its networks on executors with all transforms of equal models. */
  public static BroadcastModel shared(SparkSession session, Model model, Arithmetic arithmetic) {
    return new BroadcastModel(session, model, arithmetic, "model-" + model.parametersSha256());
  }

  public Arithmetic arithmetic() {
    return arithmetic;
  }

  public Model model() {
    return model;
  }

  /** Whether it belongs to the application of a session. */
  public boolean isOf(SparkSession session) {
    return spark.sc() == session.sparkContext() && !spark.sc().isStopped();
  }

  public Broadcast<SerializableConfiguration> hadoop() {
    return hadoop;
  }

  /** Returns the network whose output is the probabilities of the labels. */
  public ForwardPass.Stage probabilities() {
    return stage(ForwardPass.Output.PROBABILITIES, "", () -> ScoringModel.of(model, owner));
  }

  /** Returns the network whose output is the logits of the labels. */
  public ForwardPass.Stage logits() {
    return stage(ForwardPass.Output.LOGITS, "", () -> ScoringModel.logitsOf(model, owner));
  }

  /** Returns the network whose output is the values of a layer. */
  public ForwardPass.Stage layer(String name) {
    return stage(ForwardPass.Output.LAYER, name, () -> ScoringModel.upTo(name, model, owner));
  }

  private synchronized ForwardPass.Stage stage(
      ForwardPass.Output output, String layer, Supplier<ScoringModel> network) {
    return new ForwardPass.Stage(
        output,
        networks.computeIfAbsent(
            output + layer,
            key -> spark.broadcast(network.get().in(arithmetic).withNativeThreads(nativeThreads))));
  }

  @Override
  public synchronized void close() {
    networks.values().forEach(Broadcast::destroy);
    networks.clear();
    hadoop.destroy();
    JobNetworks.release(spark, owner);
  }
}
