package dev.convoy.driver.sql;

import dev.convoy.data.Problems;
import dev.convoy.driver.transform.BroadcastModel;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.driver.transform.ForwardPass;
import dev.convoy.driver.transform.ImageColumn;
import dev.convoy.driver.transform.ImageReader;
import dev.convoy.worker.engine.NativeCode;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.scoring.BatchSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.IndexedSeq;
import scala.collection.Seq;

/**
 * The physical operator of {@link ScoreImages}: scores the rows of each partition in batches, and
 * returns them in their order.
 */
public final class ScoreImagesExec extends SparkPlan {
  private static final long serialVersionUID = 1L;

  private final Seq<Expression> calls;
  private final Seq<Attribute> results;
  private final SparkPlan child;

  /** Creates the operator; the arguments are those of {@link ScoreImages}. */
  public ScoreImagesExec(Seq<Expression> calls, Seq<Attribute> results, SparkPlan child) {
    this.calls = calls;
    this.results = results;
    this.child = child;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    NativeCode.requireExecutable();
    List<SqlFunction> functions = new ArrayList<>();
    Scala.list(calls).forEach(call -> functions.add(((ImageCall) call).function()));
    ImageCall first = (ImageCall) calls.apply(0);
    BroadcastModel broadcast = SqlModels.ofThisJvm().get(session(), first.model());
    List<ForwardPass.Stage> stages =
        Scala.list(calls).stream().map(call -> stage((ImageCall) call, broadcast)).toList();
    int batch = BatchSize.AUTOMATIC.on(stages.get(0).model().value().network());
    ScorePartition scoring =
        new ScorePartition(
            first.image(),
            child.output(),
            output(),
            functions,
            reader(first, broadcast.model()),
            new ForwardPass(stages, batch),
            broadcast.model().labels(),
            broadcast.hadoop());
    return child.execute().toJavaRDD().mapPartitions(scoring).rdd();
  }

  private static ForwardPass.Stage stage(ImageCall call, BroadcastModel broadcast) {
    if (call.function() == SqlFunction.PREDICT) {
      return broadcast.probabilities();
    }
    List<LayerDefinition> layers = broadcast.model().network().layers();
    return broadcast.layer(
        call.layer().isEmpty() && layers.size() > 1
            ? layers.get(layers.size() - 2).name()
            : call.layer());
  }

  private static ImageReader reader(ImageCall call, Model model) {
    Problems problems = new Problems();
    ImageColumn column =
        ImageColumn.of(
                call.toString(),
                call.image().dataType(),
                0,
                call.form().format(),
                call.form().pixels(model.network().input()),
                problems)
            .orElseThrow();
    return ImageReader.of(column, model, FitChoice.AUTO);
  }

  @Override
  public Seq<Attribute> output() {
    List<Attribute> all = new ArrayList<>(Scala.list(child.output()));
    all.addAll(Scala.list(results));
    return Scala.seq(all);
  }

  @Override
  public AttributeSet producedAttributes() {
    return AttributeSet$.MODULE$.apply(Scala.<Expression>seq(Scala.list(results)));
  }

  @Override
  public Partitioning outputPartitioning() {
    return child.outputPartitioning();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public Seq<SparkPlan> children() {
    return Scala.seq(List.of(child));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return new ScoreImagesExec(calls, results, children.apply(0));
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> calls;
      case 1 -> results;
      case 2 -> child;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ScoreImagesExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoreImagesExec plan
        && calls.equals(plan.calls)
        && results.equals(plan.results)
        && child.equals(plan.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(calls, results, child);
  }
}
