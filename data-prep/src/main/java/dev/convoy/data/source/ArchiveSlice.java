package dev.convoy.data.source;

import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.Storage;
import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;

/**
 * One archive, which is read from its start to its end.
 *
 * @param given split of the archive, for images without one of their own
 */
record ArchiveSlice(ArchiveFile file, ArchiveLayout layout, GivenSplit given)
    implements SourceSlice {
  @Override
  public Optional<String> source() {
    return Optional.of(file.path());
  }

  @Override
  public RawImages open(Storage storage, ImageLimits limits) {
    return new Images(new ArchiveWalk(file, storage, limits, ArchiveWalk.Reading.WHOLE));
  }

  @Override
  public RawImages openHeaders(Storage storage, ImageLimits limits) {
    return new Images(new ArchiveWalk(file, storage, limits, ArchiveWalk.Reading.HEADERS));
  }

  private final class Images implements RawImages {
    private final ArchiveWalk walk;
    private final Samples samples = new Samples();
    private final Queue<RawImage> ready = new ArrayDeque<>();
    private boolean ended;

    Images(ArchiveWalk walk) {
      this.walk = walk;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && !ended) {
        Optional<ArchiveItem> item = walk.next();
        if (item.isPresent()) {
          add(item.get());
        } else {
          ended = true;
          samples.end().ifPresent(this::add);
        }
      }
      return !ready.isEmpty();
    }

    private void add(ArchiveItem item) {
      if (layout.kind() == ArchiveLayout.Kind.SAMPLES && Samples.isPart(item)) {
        samples.add(item).ifPresent(this::add);
        return;
      }
      switch (item.kind()) {
        case IMAGE -> ready.add(image(item));
        case REFUSED -> ready.add(rejected(item.path(), item.text()));
        case DAMAGE -> {
          samples.end().ifPresent(this::add);
          ready.add(RawImage.rejected(file.relative(), file.path(), item.text()));
        }
        case LABEL, SKIPPED, FOLDER -> {}
      }
    }

    private void add(Sample sample) {
      if (sample.image().isEmpty()) {
        return;
      }
      ArchiveItem item = sample.image().get();
      Optional<String> label = sample.label();
      Optional<Integer> number = label.map(layout.numbers()::get);
      if (number.isPresent()) {
        ready.add(image(item, OptionalInt.of(number.get()), given));
      } else {
        ready.add(
            rejected(
                item.path(),
                label.isPresent()
                    ? "its label " + label.get() + " is not among the given label names"
                    : "no label is beside it that can be read ("
                        + sample.key()
                        + ".cls, or label or cls in "
                        + sample.key()
                        + ".json)"));
      }
    }

    private RawImage image(ArchiveItem item) {
      if (layout.kind() == ArchiveLayout.Kind.NONE) {
        return image(item, OptionalInt.empty(), GivenSplit.NONE);
      }
      Optional<String> folder = layout.folder(item.path());
      if (folder.isEmpty()) {
        return rejected(item.path(), "it " + FolderSource.noFolder(layout.splits()));
      }
      int label = layout.numbers().getOrDefault(folder.get(), 0);
      GivenSplit own = layout.split(item.path());
      return image(item, OptionalInt.of(label), own == GivenSplit.NONE ? given : own);
    }

    private RawImage image(ArchiveItem item, OptionalInt label, GivenSplit split) {
      StoredImage stored = item.image().orElseThrow();
      return new RawImage(file.id(item.path()), file.path(), label, split.split(), stored);
    }

    private RawImage rejected(String path, String reason) {
      return RawImage.rejected(file.id(path), file.path(), reason);
    }

    @Override
    public RawImage next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }

    @Override
    public void close() {
      walk.close();
    }
  }
}
