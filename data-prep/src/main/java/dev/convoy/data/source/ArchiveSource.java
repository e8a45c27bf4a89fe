package dev.convoy.data.source;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Images in tar archives, each of which is read from its start to its end, and not unpacked. */
final class ArchiveSource implements ImageSource {
  private final List<ArchiveFile> archives;
  private final List<ArchiveContents> contents;
  private final ArchiveLayout layout;
  private final List<String> labels;
  private final SkippedFiles skipped;
  private final List<String> emptyFolders;
  private final boolean splitsByName;
  private final List<String> notes;

  private ArchiveSource(
      List<ArchiveFile> archives,
      List<ArchiveContents> contents,
      ArchiveLayout layout,
      List<String> labels,
      SkippedFiles skipped,
      List<String> emptyFolders,
      List<String> notes) {
    this.archives = archives;
    this.contents = contents;
    this.layout = layout;
    this.labels = labels;
    this.skipped = skipped;
    this.emptyFolders = emptyFolders;
    this.splitsByName = layout.kind() != ArchiveLayout.Kind.NONE && namesAreSplits(archives);
    this.notes = new ArrayList<>(notes);
    if (splitsByName && !layout.splits()) {
      this.notes.add("The splits are those that the names of the archives tell.");
    }
  }

  static ArchiveSource open(InputListing listing, List<String> givenLabels, Problems problems) {
    List<ArchiveFile> archives = archives(listing);
    List<ArchiveContents> contents = contents(listing, archives);
    requireImages(archives, contents, problems);
    boolean samples = contents.stream().anyMatch(archive -> archive.labelled > 0);
    List<String> notes = new ArrayList<>();
    List<String> emptyFolders = new ArrayList<>();
    List<String> labels;
    ArchiveLayout layout;
    if (samples) {
      labels = ArchiveLabels.ofSamples(contents, givenLabels, problems);
      layout = ArchiveLabels.sampleLayout(contents, labels, givenLabels);
    } else {
      ArchiveLabels.Folders folders = ArchiveLabels.ofFolders(contents, givenLabels, problems);
      labels = folders.labels();
      layout = folders.layout();
      emptyFolders.addAll(folders.empty());
      folders.outer().ifPresent(name -> notes.add(outerNote(name)));
    }
    return new ArchiveSource(
        archives,
        contents,
        layout,
        labels,
        skipped(listing, contents, layout.kind()),
        emptyFolders,
        notes);
  }

  private static String outerNote(String folder) {
    return "All images are in " + Visible.of(folder) + "/, so the folders below it are the labels.";
  }

  static ArchiveSource unlabelled(InputListing listing, Problems problems) {
    List<ArchiveFile> archives = archives(listing);
    List<ArchiveContents> contents = contents(listing, archives);
    requireImages(archives, contents, problems);
    ArchiveLayout layout = ArchiveLayout.UNLABELLED;
    return new ArchiveSource(
        archives,
        contents,
        layout,
        List.of(),
        skipped(listing, contents, layout.kind()),
        List.of(),
        List.of());
  }

  private static List<ArchiveFile> archives(InputListing listing) {
    return listing.archives().stream()
        .map(file -> new ArchiveFile(file.relative(), file.path(), file.bytes()))
        .toList();
  }

  private static List<ArchiveContents> contents(InputListing listing, List<ArchiveFile> archives) {
    return listing
        .scan()
        .of(listing.storage(), archives, ArchiveContents::of, ArchiveContents.class);
  }

  private static void requireImages(
      List<ArchiveFile> archives, List<ArchiveContents> contents, Problems problems) {
    if (archives.isEmpty()) {
      problems.add("it holds no tar archive (such as images.tar, images.tar.gz or images.tar.zst)");
      return;
    }
    if (contents.stream().allMatch(archive -> archive.images == 0)) {
      List<String> reasons = new ArrayList<>();
      for (int i = 0; i < archives.size() && reasons.size() < SkippedFiles.NAMED; i++) {
        ArchiveContents content = contents.get(i);
        if (!content.damage.isEmpty()) {
          reasons.add(Visible.of(archives.get(i).relative()) + ": " + content.damage);
        }
      }
      SkippedFiles others =
          SkippedFiles.NONE.and(
              contents.stream()
                  .flatMap(archive -> archive.skipped(ArchiveLayout.Kind.NONE).stream())
                  .toList());
      problems.add(
          (archives.size() == 1 ? "the archive holds" : "the archives hold")
              + " no image file"
              + (others.total() == 0 ? "" : "; other entries: " + others.examples())
              + (reasons.isEmpty() ? "" : "; " + String.join("; ", reasons)));
    }
    for (int i = 0; i < archives.size(); i++) {
      if (contents.get(i).crowded) {
        problems.add(
            archives.get(i).relative(),
            "has more than " + ArchiveContents.MOST_NAMES + " labels or folders");
      }
    }
  }

  private static SkippedFiles skipped(
      InputListing listing, List<ArchiveContents> contents, ArchiveLayout.Kind kind) {
    List<Storage.Entry> others = new ArrayList<>(listing.tree().files());
    others.removeAll(new HashSet<>(listing.archives()));
    return SkippedFiles.of(others, listing.tree().skipped())
        .and(contents.stream().flatMap(archive -> archive.skipped(kind).stream()).toList());
  }

  /** Returns whether every archive has the name of a split, and one that of the train split. */
  private static boolean namesAreSplits(List<ArchiveFile> archives) {
    List<GivenSplit> splits = archives.stream().map(ArchiveLayout::splitOf).toList();
    return splits.contains(GivenSplit.TRAIN) && !splits.contains(GivenSplit.NONE);
  }

  @Override
  public SliceFormat format() {
    return InputFormats.TAR;
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public long images() {
    return contents.stream().mapToLong(archive -> archive.all(layout.kind())).sum();
  }

  @Override
  public SkippedFiles skipped() {
    return skipped;
  }

  @Override
  public List<String> emptyFolders() {
    return emptyFolders;
  }

  @Override
  public List<String> undecodedNames() {
    Set<String> names = new TreeSet<>();
    contents.forEach(archive -> names.addAll(archive.undecoded));
    return List.copyOf(names);
  }

  @Override
  public List<String> notes() {
    return notes;
  }

  @Override
  public Set<Split> givenSplits() {
    Set<Split> splits = EnumSet.noneOf(Split.class);
    for (int i = 0; i < archives.size(); i++) {
      ArchiveContents archive = contents.get(i);
      if (layout.splits()) {
        archive.folders.values().forEach(path -> layout.split(path).split().ifPresent(splits::add));
      } else if (splitsByName && archive.images > 0) {
        ArchiveLayout.splitOf(archives.get(i)).split().ifPresent(splits::add);
      }
    }
    return splits;
  }

  @Override
  public Optional<NaturalShape> naturalShape(Storage storage, ImageLimits limits) {
    String first = "the first image, ";
    for (SourceSlice slice : slices(1)) {
      try (RawImages images = slice.open(storage, limits)) {
        while (images.hasNext()) {
          RawImage image = images.next();
          if (image.fault().isEmpty()) {
            try {
              ImageShape shape = image.image().shape(limits);
              return Optional.of(new NaturalShape(shape, first + image.id()));
            } catch (BadImageException e) {
              // The task that reads this image reports it; the next image may be good.
              first = "the first good image, ";
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean mayMixColour() {
    return true;
  }

  @Override
  public int imagesWorthATask() {
    return 1;
  }

  /** Returns one slice for each archive, whatever the size: it is read from its start. */
  @Override
  public List<SourceSlice> slices(long size) {
    return archives.stream()
        .map(
            archive ->
                (SourceSlice)
                    new ArchiveSlice(
                        archive,
                        layout,
                        splitsByName ? ArchiveLayout.splitOf(archive) : GivenSplit.NONE))
        .toList();
  }
}
