package dev.convoy.data.prepare;

import dev.convoy.data.Checks;
import dev.convoy.data.dataset.DataFile;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.FittedImage;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.BrokenSourceException;
import dev.convoy.data.source.RawImage;
import dev.convoy.data.source.RawImages;
import dev.convoy.data.source.SourceSlice;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Prepares one slice: reads its images, fits them, and writes each to the files of its split.
 *
 * @param dataset directory of the dataset, with scheme
 * @param fitter decodes and scales images
 * @param rule assigns images to splits
 * @param grouping what keeps images together
 * @param labels number of labels
 * @param damaged treatment of images whose data the decoder complains about
 * @param left images that do not become examples
 * @param fileBytes size in bytes at which a file is closed
 */
record PrepareTask(
    String dataset,
    ImageFitter fitter,
    SplitRule rule,
    Grouping grouping,
    int labels,
    OnDamaged damaged,
    LeftOut left,
    long fileBytes)
    implements Serializable {
  PrepareTask {
    Checks.notBlank(dataset, "dataset");
    Checks.atLeast(1, labels, "labels");
    Checks.atLeast(1, fileBytes, "fileBytes");
  }

  /** Returns the split of an image. */
  Split splitOf(RawImage image) {
    return rule.of(grouping.key(image), grouping.stratum(image), image.given());
  }

  /** Returns the same task without some images. */
  PrepareTask without(LeftOut images) {
    return new PrepareTask(dataset, fitter, rule, grouping, labels, damaged, images, fileBytes);
  }

  /**
   * Runs the task.
   *
   * @param task number of the task, for file names
   * @param cancelled asked before every image
   * @param done called after every image
   * @return counts of what was read and written; with a fault and no files if the source is broken
   */
  TaskCounts run(
      SourceSlice slice, Storage storage, int task, BooleanSupplier cancelled, Runnable done) {
    try (Output output = new Output(storage, task);
        RawImages images = slice.open(storage, fitter.limits())) {
      while (images.hasNext()) {
        if (cancelled.getAsBoolean()) {
          throw new IllegalStateException("the task was cancelled");
        }
        output.write(images.next());
        done.run();
      }
      return output.finish();
    } catch (BrokenSourceException e) {
      TaskCounts broken = new TaskCounts(fitter.shape(), labels);
      broken.fault(e.getMessage());
      return broken;
    }
  }

  private final class Output implements AutoCloseable {
    private final TaskCounts counts = new TaskCounts(fitter.shape(), labels);
    private final Map<Split, PartFiles> examples = new EnumMap<>(Split.class);
    private final PartFiles rejected;

    Output(Storage storage, int task) {
      for (Split split : Split.values()) {
        examples.put(
            split,
            new PartFiles(
                storage,
                dataset,
                DatasetRows.folder(split),
                DatasetRows.exampleSchema(),
                task,
                fileBytes));
      }
      rejected =
          new PartFiles(
              storage,
              dataset,
              DatasetRows.REJECTED_FOLDER,
              DatasetRows.rejectedSchema(),
              task,
              fileBytes);
    }

    void write(RawImage image) {
      if (left.known().contains(image.id())) {
        counts.known();
        return;
      }
      if (!image.fault().isEmpty()) {
        reject(image, image.fault());
        return;
      }
      if (left.copies().ids().containsKey(image.id())) {
        leaveOut(image);
        return;
      }
      FittedImage fitted;
      try {
        fitted = image.image().fitted(fitter);
      } catch (BadImageException e) {
        reject(image, e.getMessage());
        return;
      }
      if (!fitted.warning().isEmpty()) {
        counts.damaged(new Rejected(image.id(), image.source(), fitted.warning()));
        if (damaged == OnDamaged.REJECT) {
          reject(image, "damaged: " + fitted.warning());
          return;
        }
      }
      if (fitted.alpha() == FittedImage.Alpha.DRAWN) {
        counts.transparent(image.id());
      }
      int strip = fitter.stripWidth(fitted.natural(), TaskCounts.STRIP);
      if (strip > 0) {
        counts.strip(image.id(), fitted.natural());
      }
      int label = image.label().orElseThrow();
      Split split = splitOf(image);
      PartFiles files = examples.get(split);
      byte[] pixels = fitted.pixels();
      files.write(DatasetRows.example(files.schema(), image.id(), label, pixels, image.source()));
      counts.example(split, label, fitted);
    }

    private void leaveOut(RawImage image) {
      String reason = "it has the same pixels as " + left.copies().ids().get(image.id());
      rejected.write(
          DatasetRows.rejected(
              rejected.schema(), new Rejected(image.id(), image.source(), reason)));
      counts.leaveOut();
    }

    private void reject(RawImage image, String reason) {
      Rejected refused = new Rejected(image.id(), image.source(), reason);
      rejected.write(DatasetRows.rejected(rejected.schema(), refused));
      counts.reject(refused);
    }

    TaskCounts finish() {
      for (Split split : Split.values()) {
        List<DataFile> written = examples.get(split).finish();
        written.forEach(file -> counts.file(split, file));
      }
      rejected.finish().forEach(counts::rejectedFile);
      return counts;
    }

    @Override
    public void close() {
      examples.values().forEach(PartFiles::close);
      rejected.close();
    }
  }
}
