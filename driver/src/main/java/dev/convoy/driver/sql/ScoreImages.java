package dev.convoy.driver.sql;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.IndexedSeq;
import scala.collection.Seq;

/** The logical operator that adds the results of calls on one image and one model to rows. */
public final class ScoreImages extends LogicalPlan implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Seq<Expression> calls;
  private final Seq<Attribute> results;
  private final LogicalPlan child;

  /**
   * Creates the operator.
   *
   * @param calls {@link ImageCall}s with the same image and model, on at most one layer
   * @param results one column for each call
   */
  public ScoreImages(Seq<Expression> calls, Seq<Attribute> results, LogicalPlan child) {
    this.calls = calls;
    this.results = results;
    this.child = child;
  }

  Seq<Expression> calls() {
    return calls;
  }

  Seq<Attribute> results() {
    return results;
  }

  LogicalPlan child() {
    return child;
  }

  ScoreImages withChild(LogicalPlan other) {
    return new ScoreImages(calls, results, other);
  }

  /** Returns the operator without the calls whose results are not needed; the child if none is. */
  LogicalPlan needing(AttributeSet needed) {
    List<Expression> keptCalls = new ArrayList<>();
    List<Attribute> keptResults = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (needed.contains(results.apply(i))) {
        keptCalls.add(calls.apply(i));
        keptResults.add(results.apply(i));
      }
    }
    if (keptCalls.isEmpty()) {
      return child;
    }
    return keptCalls.size() == results.size()
        ? this
        : new ScoreImages(Scala.seq(keptCalls), Scala.seq(keptResults), child);
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
  public Seq<LogicalPlan> children() {
    return Scala.seq(List.of(child));
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return withChild(children.apply(0));
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
    return other instanceof ScoreImages;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoreImages plan
        && calls.equals(plan.calls)
        && results.equals(plan.results)
        && child.equals(plan.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(calls, results, child);
  }
}
