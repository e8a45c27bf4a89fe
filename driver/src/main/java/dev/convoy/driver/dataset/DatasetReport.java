package dev.convoy.driver.dataset;

import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Storage;
import dev.convoy.data.prepare.PrepareReport;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.quality.DatasetQuality;
import dev.convoy.data.quality.QualityJob;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Looks at a dataset that was prepared, and writes what was found beside its manifest. */
public final class DatasetReport {
  private DatasetReport() {}

  /**
   * Looks at a dataset.
   *
   * @return what was found by comparing images
   */
  public static List<Finding> write(
      SparkSession session, Storage storage, PrepareReport prepared, WorkListener progress) {
    ImageDataset dataset = ImageDataset.open(storage, prepared.output());
    QualityJob.Result found =
        QualityJob.run(
            session,
            dataset,
            prepared.isAppended() ? null : prepared.sources(),
            prepared.warnings(),
            progress);
    String page =
        DatasetPage.of(
            new Path(prepared.output()).getName(),
            dataset.manifest(),
            found.quality(),
            found.pictures());
    found.quality().write(storage, prepared.output());
    storage.writeAtomically(Storage.join(prepared.output(), DatasetQuality.PAGE), page);
    return Findings.of(found.quality(), dataset.manifest());
  }
}
