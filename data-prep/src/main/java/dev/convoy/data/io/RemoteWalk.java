package dev.convoy.data.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Lists a directory of HDFS or an object store with one recursive call. */
final class RemoteWalk {
  private RemoteWalk() {}

  static FileTree list(FileSystem fs, Path directory, FileTree.Hidden hidden) throws IOException {
    String root = directory.toString();
    int start = root.endsWith("/") ? root.length() : root.length() + 1;
    List<Storage.Entry> entries = new ArrayList<>();
    Map<String, Long> left = new TreeMap<>();
    RemoteIterator<LocatedFileStatus> files = fs.listFiles(directory, true);
    while (files.hasNext()) {
      LocatedFileStatus file = files.next();
      String path = file.getPath().toString();
      String relative = path.substring(start);
      int end = hiddenPart(relative, hidden);
      if (end < 0) {
        entries.add(new Storage.Entry(path, relative, file.getLen(), file.getModificationTime()));
      } else {
        left.merge(relative.substring(0, end), 1L, Long::sum);
      }
    }
    entries.sort(Comparator.comparing(Storage.Entry::relative));
    List<FileTree.Skipped> skipped = new ArrayList<>();
    left.forEach(
        (name, count) -> skipped.add(new FileTree.Skipped(name, count, FileTree.Reason.HIDDEN)));
    return new FileTree(entries, skipped, List.of(), Set.of(), Map.of());
  }

  /** Returns the end of the first hidden name of a path, or -1 if none is hidden. */
  private static int hiddenPart(String relative, FileTree.Hidden hidden) {
    int from = 0;
    while (from <= relative.length()) {
      int slash = relative.indexOf('/', from);
      int end = slash < 0 ? relative.length() : slash;
      if (hidden.covers(relative.substring(from, end))) {
        return end;
      }
      from = end + 1;
    }
    return -1;
  }
}
