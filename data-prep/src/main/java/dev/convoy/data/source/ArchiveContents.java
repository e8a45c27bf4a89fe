package dev.convoy.data.source;

import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an archive holds, as its labels may lie in folders or beside the images. Its size depends on
 * the number of folders, labels and reasons, and not on that of the images.
 */
final class ArchiveContents implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Number of names of folders that are kept: two around all images, a split, and a label. */
  static final int DEPTH = 4;

  /** Largest number of labels or folders of an archive. */
  static final int MOST_NAMES = 200_000;

  /** Largest number of skipped entries that are listed for each reason. */
  private static final int MOST_LISTED = 10_000;

  private final String archive;

  /** The first images in each folder, by its first names; the empty path for the top. */
  final TreeMap<String, String> folders = new TreeMap<>();

  final TreeSet<String> directories = new TreeSet<>();
  final TreeSet<String> labels = new TreeSet<>();
  final TreeSet<String> undecoded = new TreeSet<>();
  final Skipped inFolders = new Skipped();
  final Skipped inSamples = new Skipped();
  long rejected;
  long images;
  long samples;

  /** Number of images with a label beside them. */
  long labelled;

  /** Why nothing more can be read of the archive; empty if it is whole. */
  String damage = "";

  /** Whether there are more labels or folders than are kept. */
  boolean crowded;

  private ArchiveContents(String archive) {
    this.archive = archive;
  }

  /** Entries that are not read, by their reasons. */
  final class Skipped implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Map<String, List<SkippedFiles.Entry>> byReason = new LinkedHashMap<>();
    private final Map<String, Long> others = new LinkedHashMap<>();

    void add(ArchiveItem item, String reason) {
      List<SkippedFiles.Entry> listed = byReason.computeIfAbsent(reason, key -> new ArrayList<>());
      if (listed.size() < MOST_LISTED) {
        listed.add(new SkippedFiles.Entry(archive + "/" + item.path(), 1, reason));
      } else {
        others.merge(reason, 1L, Long::sum);
      }
    }

    /** Returns the entries; of those that are not listed, their number under the archive's name. */
    List<SkippedFiles.Entry> entries() {
      List<SkippedFiles.Entry> all = new ArrayList<>();
      byReason.values().forEach(all::addAll);
      others.forEach((reason, count) -> all.add(new SkippedFiles.Entry(archive, count, reason)));
      return all;
    }
  }

  /** Reads the names of all entries, and the labels beside images. */
  static ArchiveContents of(Storage storage, ArchiveFile file) {
    ArchiveContents contents = new ArchiveContents(file.relative());
    Samples samples = new Samples();
    try (ArchiveWalk walk =
        new ArchiveWalk(file, storage, ImageLimits.DEFAULT, ArchiveWalk.Reading.NAMES)) {
      for (Optional<ArchiveItem> item = walk.next(); item.isPresent(); item = walk.next()) {
        contents.add(item.get());
        if (Samples.isPart(item.get())) {
          samples.add(item.get()).ifPresent(contents::add);
        }
      }
      samples.end().ifPresent(contents::add);
    }
    return contents;
  }

  private void add(ArchiveItem item) {
    switch (item.kind()) {
      case IMAGE -> {
        images++;
        if (hasRoom(folders.size())) {
          folders.putIfAbsent(top(item.path()), item.path());
        }
        if (!item.utf8() && hasRoom(undecoded.size())) {
          undecoded.add(archive + "/" + item.path());
        }
      }
      case REFUSED -> rejected++;
      case DAMAGE -> {
        rejected++;
        damage = item.text();
      }
      case LABEL -> inFolders.add(item, SkippedFiles.kind(item.path()));
      case SKIPPED -> {
        inFolders.add(item, item.text());
        inSamples.add(item, item.text());
      }
      case FOLDER -> {
        if (!item.path().isEmpty() && hasRoom(directories.size())) {
          directories.add(top(item.path() + "/x"));
        }
      }
    }
  }

  private void add(Sample sample) {
    samples += sample.image().isPresent() ? 1 : 0;
    sample.skipped().forEach(item -> inSamples.add(item, item.text()));
    sample
        .label()
        .filter(label -> sample.image().isPresent())
        .ifPresent(
            label -> {
              labelled++;
              if (hasRoom(labels.size())) {
                labels.add(label);
              }
            });
  }

  private boolean hasRoom(int present) {
    crowded |= present >= MOST_NAMES;
    return present < MOST_NAMES;
  }

  /** Returns the first names of the folders around an image. */
  private static String top(String path) {
    String[] names = path.split("/");
    int depth = Math.min(DEPTH, names.length - 1);
    return String.join("/", List.of(names).subList(0, depth));
  }

  /** Returns the number of items that are images or are rejected. */
  long all(ArchiveLayout.Kind kind) {
    return rejected + (kind == ArchiveLayout.Kind.SAMPLES ? samples : images);
  }

  List<SkippedFiles.Entry> skipped(ArchiveLayout.Kind kind) {
    return (kind == ArchiveLayout.Kind.SAMPLES ? inSamples : inFolders).entries();
  }
}
