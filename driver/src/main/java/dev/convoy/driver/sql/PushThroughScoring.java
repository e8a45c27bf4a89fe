package dev.convoy.driver.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Scores fewer rows: conditions that need no result, and limits, are moved below a {@link
 * ScoreImages}. Calls whose results nobody needs are removed.
 */
final class PushThroughScoring extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformDown(Scala.everywhere(PushThroughScoring::pushed));
  }

  private static LogicalPlan pushed(LogicalPlan plan) {
    if (plan instanceof Filter filter && filter.child() instanceof ScoreImages scoring) {
      return filtered(filter, scoring);
    }
    if (plan instanceof LocalLimit limit) {
      return limited(limit);
    }
    if (plan instanceof Project project && project.child() instanceof ScoreImages scoring) {
      LogicalPlan needed = scoring.needing(project.references());
      return needed.equals(scoring) ? plan : new Project(project.projectList(), needed);
    }
    return plan;
  }

  private static LogicalPlan filtered(Filter filter, ScoreImages scoring) {
    List<Expression> below = new ArrayList<>();
    List<Expression> above = new ArrayList<>();
    for (Expression condition : conjuncts(filter.condition())) {
      boolean moves =
          condition.deterministic() && condition.references().subsetOf(scoring.child().outputSet());
      (moves ? below : above).add(condition);
    }
    if (below.isEmpty()) {
      return filter;
    }
    LogicalPlan scored = scoring.withChild(new Filter(all(below), scoring.child()));
    return above.isEmpty() ? scored : new Filter(all(above), scored);
  }

  private static List<Expression> conjuncts(Expression condition) {
    if (!(condition instanceof And and)) {
      return List.of(condition);
    }
    List<Expression> parts = new ArrayList<>(conjuncts(and.left()));
    parts.addAll(conjuncts(and.right()));
    return parts;
  }

  private static Expression all(List<Expression> conditions) {
    return conditions.stream().reduce(And::new).orElseThrow();
  }

  private static LogicalPlan limited(LocalLimit limit) {
    if (limit.child() instanceof ScoreImages scoring) {
      return new LocalLimit(limit.limitExpr(), limitedBelow(limit, scoring));
    }
    return limit.child() instanceof Project project
            && project.child() instanceof ScoreImages scoring
        ? new LocalLimit(
            limit.limitExpr(), new Project(project.projectList(), limitedBelow(limit, scoring)))
        : limit;
  }

  private static LogicalPlan limitedBelow(LocalLimit limit, ScoreImages scoring) {
    return scoring.child() instanceof LocalLimit
        ? scoring
        : scoring.withChild(new LocalLimit(limit.limitExpr(), scoring.child()));
  }
}
