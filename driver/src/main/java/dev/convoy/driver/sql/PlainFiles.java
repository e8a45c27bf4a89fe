package dev.convoy.driver.sql;

import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.CatalogFileIndex;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;

/** The files that a query reads as they lie there, and not by the log of a table. */
public final class PlainFiles {
  private PlainFiles() {}

  /** Returns the paths that a Dataset reads, of directories or files, with scheme. */
  public static Set<String> of(Dataset<?> rows) {
    Set<String> paths = new TreeSet<>();
    LogicalPlan plan = rows.queryExecution().analyzed();
    add(plan, paths);
    // Those of conditions, such as IN (SELECT …), are not among the plan's children.
    Scala.list(plan.subqueriesAll()).forEach(subquery -> add(subquery, paths));
    return paths;
  }

  private static void add(LogicalPlan plan, Set<String> paths) {
    for (LogicalPlan leaf : Scala.list(plan.collectLeaves())) {
      if (leaf instanceof LogicalRelation relation
          && relation.relation() instanceof HadoopFsRelation files
          && isPlain(files.location())) {
        Scala.list(files.location().rootPaths()).forEach(root -> paths.add(root.toString()));
      }
    }
  }

  /** A table with a log has an index of its own. */
  private static boolean isPlain(FileIndex index) {
    return index instanceof PartitioningAwareFileIndex || index instanceof CatalogFileIndex;
  }
}
