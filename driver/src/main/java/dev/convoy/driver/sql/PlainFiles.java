package dev.convoy.driver.sql;

import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.CatalogFileIndex;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;
import scala.collection.Iterator;

/** The files that a query reads as they lie there, and not by the log of a table. */
public final class PlainFiles {
  private PlainFiles() {}

  /** Returns the paths that a Dataset reads, of directories or files, with scheme. */
  public static Set<String> of(Dataset<?> rows) {
    Set<String> paths = new TreeSet<>();
    Iterator<LogicalPlan> leaves = rows.queryExecution().analyzed().collectLeaves().iterator();
    while (leaves.hasNext()) {
      if (leaves.next() instanceof LogicalRelation relation
          && relation.relation() instanceof HadoopFsRelation files
          && isPlain(files.location())) {
        Iterator<Path> roots = files.location().rootPaths().iterator();
        while (roots.hasNext()) {
          paths.add(roots.next().toString());
        }
      }
    }
    return paths;
  }

  /** A table with a log has an index of its own. */
  private static boolean isPlain(FileIndex index) {
    return index instanceof PartitioningAwareFileIndex || index instanceof CatalogFileIndex;
  }
}
