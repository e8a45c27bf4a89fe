package dev.convoy.data.prepare;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.source.SkippedFiles;
import java.util.List;
import java.util.Set;

/** The labelled images that a dataset is made of, found and counted. */
interface RawInput {
  /** Returns the beginning of messages about a failure, such as {@code Cannot prepare photos}. */
  String verdict();

  /** Returns the names of options in messages. */
  Wording wording();

  /** Returns the label names in the order of the label numbers. */
  List<String> labels();

  /** Returns the number of all images, good and bad. */
  long images();

  /** Returns the splits that the input gives to some of its images. */
  Set<Split> givenSplits();

  /** Returns the names that are not UTF-8, as they are shown. */
  List<String> undecodedNames();

  /** Returns what is probably not intended about the input, as sentences. */
  default List<String> warnings() {
    return List.of();
  }

  /** Returns the files of the input that are not images, each with the reason. */
  List<SkippedFiles.Entry> skipped();

  /**
   * Returns the images in parts for Spark's tasks.
   *
   * @param shape shape of a prepared image
   * @param parallelism number of concurrent tasks
   */
  InputParts parts(ImageShape shape, int parallelism);
}
