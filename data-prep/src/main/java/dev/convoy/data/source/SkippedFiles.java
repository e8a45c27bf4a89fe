package dev.convoy.data.source;

import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of an input that are not images of it, grouped by the reason.
 *
 * @param groups groups in a fixed order, each with at least one file
 * @param entries all of them, in the order of the groups
 */
public record SkippedFiles(List<Group> groups, List<Entry> entries) {
  /** Largest number of files that are named for each reason. */
  public static final int NAMED = 5;

  public static final SkippedFiles NONE = new SkippedFiles(List.of(), List.of());

  /** Names of the markers and checksums that Hadoop and Spark write beside the files of a table. */
  private static final Pattern MARKER =
      Pattern.compile(
          "_SUCCESS|_metadata|_common_metadata|_spark_metadata|_(started|committed)_.*"
              + "|\\..*\\.crc");

  private static final Pattern HIDDEN_NAME = Pattern.compile("(^|/)[._]");

  /**
   * Files that were skipped for one reason.
   *
   * @param reason in words, such as {@code .gif: not a format that is read}
   * @param files number of files
   * @param first the first files, or the hidden directories that contain them, at most {@value
   *     #NAMED}
   */
  public record Group(String reason, long files, List<String> first) {
    public Group {
      first = List.copyOf(first);
    }
  }

  /**
   * A file that was skipped, or a hidden directory with all files in it.
   *
   * @param relative path relative to the input
   * @param files number of files: 1 unless it is a directory
   * @param reason reason in words, that of its group
   */
  public record Entry(String relative, long files, String reason) implements Serializable {}

  public SkippedFiles {
    groups = List.copyOf(groups);
    entries = List.copyOf(entries);
  }

  /** Returns the number of all skipped files. */
  public long total() {
    return groups.stream().mapToLong(Group::files).sum();
  }

  /** Returns their number with the first of each reason, such as {@code 3 (a.gif, b.txt, …)}. */
  String examples() {
    return groups.stream()
        .limit(NAMED)
        .map(group -> group.first().get(0))
        .collect(Collectors.joining(", ", total() + " (", total() > 1 ? ", …)" : ")"));
  }

  /**
   * Groups files by the extensions of their names, and the entries that the listing left out by
   * their reasons.
   *
   * @param others files that are not read
   */
  static SkippedFiles of(List<Storage.Entry> others, List<FileTree.Skipped> left) {
    Map<String, Collected> byReason = new LinkedHashMap<>();
    others.forEach(file -> collected(byReason, kind(file.relative())).add(file.relative(), 1));
    for (FileTree.Reason reason : FileTree.Reason.values()) {
      left.stream()
          .filter(skipped -> skipped.reason() == reason)
          .forEach(
              skipped ->
                  collected(byReason, reason.words()).add(skipped.relative(), skipped.files()));
    }
    return of(byReason);
  }

  private static SkippedFiles of(Map<String, Collected> byReason) {
    List<Group> groups = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    byReason.values().removeIf(files -> files.count() == 0);
    byReason.forEach(
        (reason, files) -> {
          groups.add(files.group(reason));
          files.all.forEach(file -> entries.add(new Entry(file.relative(), file.files(), reason)));
        });
    return new SkippedFiles(groups, entries);
  }

  /** Returns these files and others. */
  SkippedFiles and(List<Entry> more) {
    Map<String, Collected> byReason = new LinkedHashMap<>();
    Stream.concat(entries.stream(), more.stream())
        .forEach(entry -> collected(byReason, entry.reason()).add(entry.relative(), entry.files()));
    return of(byReason);
  }

  /**
   * Groups the files that are not read as part of a table: those that are hidden from Spark, except
   * markers and checksums, and the entries that the listing left out.
   */
  static SkippedFiles ofTable(FileTree tree) {
    List<FileTree.Skipped> left = new ArrayList<>();
    tree.hiddenFiles(FileTree.Hidden.IN_TABLES)
        .forEach(
            file -> left.add(new FileTree.Skipped(file.relative(), 1, FileTree.Reason.HIDDEN)));
    left.addAll(tree.skipped());
    return of(
        List.of(),
        left.stream()
            .filter(skipped -> !MARKER.matcher(name(skipped.relative())).matches())
            .map(SkippedFiles::inTable)
            .sorted(Comparator.comparing(FileTree.Skipped::relative))
            .toList());
  }

  /** Returns a skipped entry with the reason that applies in a table. */
  private static FileTree.Skipped inTable(FileTree.Skipped skipped) {
    boolean named = HIDDEN_NAME.matcher(skipped.relative()).find();
    return skipped.reason() == FileTree.Reason.HIDDEN && named
        ? new FileTree.Skipped(skipped.relative(), skipped.files(), FileTree.Reason.HIDDEN_IN_TABLE)
        : skipped;
  }

  private static Collected collected(Map<String, Collected> byReason, String reason) {
    return byReason.computeIfAbsent(reason, key -> new Collected());
  }

  /** Returns the reason why a file is not an image, by the extension of its name. */
  static String kind(String relative) {
    String name = name(relative);
    int dot = name.lastIndexOf('.');
    return dot < 1 || dot == name.length() - 1
        ? "without an ending such as .png: not an image by its content"
        : name.substring(dot).toLowerCase(Locale.ROOT) + ": not a format that is read";
  }

  private static String name(String relative) {
    return relative.substring(relative.lastIndexOf('/') + 1);
  }

  private static final class Collected {
    private final List<Named> all = new ArrayList<>();

    private record Named(String relative, long files) {}

    void add(String relative, long files) {
      all.add(new Named(relative, files));
    }

    long count() {
      return all.stream().mapToLong(Named::files).sum();
    }

    Group group(String reason) {
      return new Group(reason, count(), all.stream().limit(NAMED).map(Named::relative).toList());
    }
  }
}
