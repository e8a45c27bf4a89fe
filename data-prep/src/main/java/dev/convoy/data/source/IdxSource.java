package dev.convoy.data.source;

import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** IDX files of images and labels, as MNIST and similar sets are published. */
final class IdxSource implements ImageSource {
  /** Least number of images of a task: for fewer, starting a task does not pay off. */
  private static final int IMAGES_WORTH_A_TASK = 4096;

  private final List<IdxPair> pairs;
  private final List<String> labels;
  private final SkippedFiles skipped;

  IdxSource(List<IdxPair> pairs, List<String> labels, SkippedFiles skipped) {
    this.pairs = List.copyOf(pairs);
    this.labels = labels;
    this.skipped = skipped;
  }

  @Override
  public SliceFormat format() {
    return InputFormats.IDX;
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public long images() {
    return pairs.stream().mapToLong(IdxPair::count).sum();
  }

  @Override
  public SkippedFiles skipped() {
    return skipped;
  }

  @Override
  public List<String> notes() {
    return pairs.stream().anyMatch(pair -> pair.stem().toLowerCase(Locale.ROOT).contains("emnist"))
        ? List.of(
            "The images of EMNIST are published with rows and columns exchanged, and are kept so:"
                + " exchange them in other images that the model is to score.")
        : List.of();
  }

  @Override
  public Set<Split> givenSplits() {
    Set<Split> splits = EnumSet.noneOf(Split.class);
    for (IdxPair pair : pairs) {
      if (pair.count() > 0) {
        pair.given().split().ifPresent(splits::add);
      }
    }
    return splits;
  }

  /** Returns the shape of the train images, or else of the first file. */
  @Override
  public Optional<NaturalShape> naturalShape(Storage storage, ImageLimits limits) {
    return pairs.stream()
        .filter(pair -> pair.given() == GivenSplit.TRAIN)
        .findFirst()
        .or(() -> pairs.stream().findFirst())
        .map(pair -> new NaturalShape(pair.images().shape(), "the images in " + pair.name()));
  }

  @Override
  public int imagesWorthATask() {
    return IMAGES_WORTH_A_TASK;
  }

  @Override
  public List<SourceSlice> slices(long size) {
    List<SourceSlice> slices = new ArrayList<>();
    for (IdxPair pair : pairs) {
      long step = pair.images().file().compressed() ? Math.max(1, pair.count()) : size;
      for (long from = 0; from < pair.count(); from += step) {
        slices.add(new IdxSlice(pair, (int) from, (int) Math.min(step, pair.count() - from)));
      }
    }
    return slices;
  }
}
