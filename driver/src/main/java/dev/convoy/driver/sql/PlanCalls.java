package dev.convoy.driver.sql;

import dev.convoy.data.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.catalyst.expressions.NamedLambdaVariable;
import org.apache.spark.sql.catalyst.expressions.OuterReference;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.types.Metadata;

/**
 * Moves the calls in an analysed query out of their operators: below an operator with calls comes a
 * {@link ScoreImages}, and the calls become references to its columns. Equal calls in one operator
 * become one. The output of the operator stays the same.
 */
final class PlanCalls extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.resolveOperatorsUp(Scala.everywhere(this::planned));
  }

  private LogicalPlan planned(LogicalPlan operator) {
    Map<Expression, ImageCall> calls = new LinkedHashMap<>();
    if (!(operator instanceof ScoreImages)) {
      Scala.list(operator.expressions()).forEach(one -> collect(one, calls));
    }
    if (calls.isEmpty() || !operator.childrenResolved()) {
      return operator;
    }
    calls.values().forEach(PlanCalls::check);
    Map<Expression, Attribute> columns = new LinkedHashMap<>();
    List<LogicalPlan> children = new ArrayList<>();
    for (LogicalPlan child : Scala.list(operator.children())) {
      children.add(scored(child, calls, columns));
    }
    if (!calls.isEmpty()) {
      throw new InvalidRequestException(
          "Cannot plan "
              + calls.values().iterator().next()
              + ": its image comes from more than one table (select the call in a subquery)");
    }
    LogicalPlan replaced =
        operator.transformExpressionsDown(
            Scala.everywhere(one -> columns.containsKey(key(one)) ? columns.get(key(one)) : one));
    LogicalPlan above = replaced.withNewChildren(Scala.seq(children));
    return above.output().equals(operator.output())
        ? above
        : new Project(Scala.<NamedExpression>seq(Scala.list(operator.output())), above);
  }

  /** Adds the calls on images of one child to it, and removes them from {@code calls}. */
  private static LogicalPlan scored(
      LogicalPlan child, Map<Expression, ImageCall> calls, Map<Expression, Attribute> columns) {
    List<List<Map.Entry<Expression, ImageCall>>> groups = new ArrayList<>();
    for (Map.Entry<Expression, ImageCall> call : calls.entrySet()) {
      if (call.getValue().references().subsetOf(child.outputSet())) {
        groups.stream()
            .filter(group -> fits(group, call.getValue()))
            .findFirst()
            .orElseGet(
                () -> {
                  groups.add(new ArrayList<>());
                  return groups.get(groups.size() - 1);
                })
            .add(Map.entry(call.getKey(), call.getValue()));
      }
    }
    LogicalPlan plan = child;
    for (List<Map.Entry<Expression, ImageCall>> group : groups) {
      List<Attribute> results = new ArrayList<>();
      for (Map.Entry<Expression, ImageCall> call : group) {
        Attribute column = column(call.getValue());
        results.add(column);
        columns.put(call.getKey(), column);
        calls.remove(call.getKey());
      }
      List<ImageCall> values = group.stream().map(Map.Entry::getValue).toList();
      plan = new ScoreImages(Scala.<Expression>seq(values), Scala.seq(results), plan);
    }
    return plan;
  }

  /** Returns whether a call can share the decoding of its image with others. */
  private static boolean fits(List<Map.Entry<Expression, ImageCall>> group, ImageCall call) {
    return group.stream()
        .map(Map.Entry::getValue)
        .allMatch(
            other ->
                other.model().equals(call.model())
                    && other.form().equals(call.form())
                    && other.image().semanticEquals(call.image())
                    && other.function() != call.function());
  }

  private static Attribute column(ImageCall call) {
    return new AttributeReference(
        call.prettyName(),
        call.dataType(),
        call.nullable(),
        Metadata.empty(),
        NamedExpression$.MODULE$.newExprId(),
        Scala.seq(List.<String>of()));
  }

  private static void collect(Expression expression, Map<Expression, ImageCall> calls) {
    if (expression instanceof ImageCall call) {
      calls.putIfAbsent(key(call), call);
      return;
    }
    Scala.list(expression.children()).forEach(child -> collect(child, calls));
  }

  /** Returns the key of an expression: equal for expressions with equal results. */
  private static Expression key(Expression expression) {
    return expression instanceof ImageCall ? expression.canonicalized() : expression;
  }

  private static void check(ImageCall call) {
    String refusal = refusal(call.image());
    if (!refusal.isEmpty()) {
      throw new InvalidRequestException("Cannot plan " + call + ": its image " + refusal);
    }
  }

  private static String refusal(Expression image) {
    if (image instanceof NamedLambdaVariable) {
      return "is the variable of a lambda function (use explode, and call it on the rows)";
    }
    if (image instanceof OuterReference) {
      return "belongs to an outer query (call it there, and use its column)";
    }
    if (image instanceof AggregateExpression) {
      return "is an aggregate (aggregate in a subquery, and call it on its column)";
    }
    if (image instanceof ImageCall) {
      return "contains a call itself (select that in a subquery)";
    }
    return Scala.list(image.children()).stream()
        .map(PlanCalls::refusal)
        .filter(reason -> !reason.isEmpty())
        .findFirst()
        .orElse(image.deterministic() ? "" : "is not deterministic (select it in a subquery)");
  }
}
