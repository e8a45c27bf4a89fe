package dev.convoy.data.io;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;

/**
 * Files on any Hadoop file system, addressed by paths as strings. A path without a scheme is on the
 * default file system of the Hadoop configuration.
 *
 * <p>Every failure is an {@link UncheckedIOException} whose message names the path.
 */
public final class Storage {
  private static final long MAX_TEXT_BYTES = 64L << 20;

  private static final String PLAIN = "file:";

  private final Configuration hadoop;
  private volatile Boolean disk;

  public Storage(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** Returns the path of {@code child} below {@code parent}. */
  public static String join(String parent, String child) {
    return parent.endsWith("/") ? parent + child : parent + "/" + child;
  }

  /**
   * A file of a listed directory.
   *
   * @param path full path
   * @param relative path relative to the listed directory
   * @param bytes size in bytes
   * @param modified time of the last change in milliseconds since 1970
   */
  public record Entry(String path, String relative, long bytes, long modified) {}

  public boolean exists(String path) {
    return call("look for", path, () -> fileSystem(path).exists(new Path(path)));
  }

  /**
   * True if the path exists and this user may see it. A path that the file system hides from this
   * user, or that would be below a file, counts as absent.
   */
  public boolean isVisible(String path) {
    return call(
        "look for",
        path,
        () -> {
          try {
            return fileSystem(path).exists(new Path(path));
          } catch (AccessDeniedException | AccessControlException | ParentNotDirectoryException e) {
            return false;
          }
        });
  }

  public boolean isDirectory(String path) {
    return status(path) != null && status(path).isDirectory();
  }

  /** True if the path is absent, or a directory without entries. */
  public boolean isAbsentOrEmpty(String path) {
    return call(
        "list",
        path,
        () -> {
          FileStatus status = status(path);
          return status == null
              || (status.isDirectory() && fileSystem(path).listStatus(new Path(path)).length == 0);
        });
  }

  /** Returns the size of a file in bytes, or -1 if there is none. */
  public long size(String path) {
    FileStatus status = status(path);
    return status == null || status.isDirectory() ? -1 : status.getLen();
  }

  /** A file by its name alone, as if its directory had been listed. */
  public Entry entry(String path) {
    String whole = qualified(path);
    FileStatus status = status(path);
    return new Entry(
        whole,
        whole.substring(whole.lastIndexOf('/') + 1),
        size(path),
        status == null ? 0 : status.getModificationTime());
  }

  /** Opens a file for reading. */
  public InputStream open(String path) {
    return call(
        "open",
        path,
        () -> {
          FileSystem fs = fileSystem(path);
          Path file = new Path(path);
          return LocalNames.needBytes(path) && fs instanceof RawLocalFileSystem
              ? Files.newInputStream(LocalNames.path(fs.makeQualified(file).toUri().getPath()))
              : fs.open(file);
        });
  }

  /**
   * Reads the first bytes of a file. For a small file on the local disk this is cheaper than {@link
   * #open}, which makes a path, a file system and a buffer for each.
   *
   * @param most largest number of bytes
   */
  public byte[] readStart(String path, int most) {
    try (InputStream in = isPlainLocal(path) ? openPlain(path) : open(path)) {
      return in.readNBytes(most);
    } catch (IOException e) {
      throw failure("read", path, e);
    }
  }

  private static InputStream openPlain(String path) {
    return call("open", path, () -> new FileInputStream(path.substring(PLAIN.length())));
  }

  /** Returns whether a qualified path without its scheme is the name of a local file for Java. */
  private boolean isPlainLocal(String path) {
    return path.startsWith(PLAIN + "/")
        && !path.startsWith(PLAIN + "//")
        && File.separatorChar == '/'
        && !LocalNames.needBytes(path)
        && isDisk();
  }

  /** Returns whether local files are read by Hadoop's own file system, and not by a substitute. */
  private boolean isDisk() {
    if (disk == null) {
      disk = call("open", PLAIN, () -> fileSystem(PLAIN + "///") instanceof LocalDisk);
    }
    return disk;
  }

  /** Returns a file for Parquet's readers. */
  public InputFile inputFile(String path) {
    return call("open", path, () -> HadoopInputFile.fromPath(new Path(path), hadoop));
  }

  /** Creates a file that must not exist, and its directories. */
  public OutputStream create(String path) {
    return call(
        "create",
        path,
        () -> new NamedOutput(path, fileSystem(path).create(new Path(path), false)));
  }

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Reads a value from the content of a file. */
  @FunctionalInterface
  public interface Reading<T> {
    T from(InputStream in) throws IOException;
  }

  /**
   * Creates and closes a file that must not exist. On return its bytes are on the disk, if the file
   * system can guarantee that. If writing fails, the partial file is deleted.
   */
  public void write(String path, Content content) {
    call(
        "write",
        path,
        () -> {
          FileSystem fs = fileSystem(path);
          Path target = new Path(path);
          FSDataOutputStream created = fs.create(target, false);
          try {
            WholeFile.fill(created, content);
          } catch (IOException | RuntimeException | Error e) {
            WholeFile.deleteAfter(e, fs, target);
            throw e;
          }
          return null;
        });
  }

  /**
   * Opens a file for appending, or creates it. What is written is visible to others, and survives
   * this process, from the next {@link GrowingFile#sync} on.
   */
  public GrowingFile grow(String path) {
    return call("write", path, () -> GrowingFile.open(fileSystem(path), new Path(path), hadoop));
  }

  /** Reads a file as a stream, which is closed afterwards. */
  public <T> T read(String path, Reading<T> reading) {
    return call(
        "read",
        path,
        () -> {
          try (InputStream in = open(path)) {
            return reading.from(in);
          }
        });
  }

  public byte[] readBytes(String path) {
    return read(path, InputStream::readAllBytes);
  }

  /** Reads a text file of at most 64 MiB; Convoy writes no larger ones. */
  public String readText(String path) {
    if (size(path) > MAX_TEXT_BYTES) {
      throw new UncheckedIOException(
          "Cannot read " + path + ": it has more than " + MAX_TEXT_BYTES + " bytes",
          new IOException("too large"));
    }
    return new String(readBytes(path), StandardCharsets.UTF_8);
  }

  /**
   * Writes a whole file or none, replacing an existing one. A reader sees the old file or the new
   * one, never a part and never nothing. Azure's stores are an exception, see below.
   *
   * <p>On local disks and HDFS the bytes go to a temporary file beside it with a unique name, which
   * replaces the file in one step. Object stores have no such step: there the file is created under
   * its own name, and appears, or replaces the old one, when it is closed. Azure's stores empty the
   * old file when the new one is created: there a whole temporary file is written, the file is
   * deleted and the temporary file renamed. A writer that is killed between the two leaves only the
   * temporary file ({@link #strandedPart}).
   */
  public void writeAtomically(String path, byte[] bytes) {
    call(
        "write",
        path,
        () -> {
          WholeFile.resolve(fileSystem(path), new Path(path), hadoop).replace(bytes, hadoop);
          return null;
        });
  }

  public void writeAtomically(String path, String text) {
    writeAtomically(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Creates a whole file if there is none; of several concurrent writers, one succeeds. The bytes
   * go to a temporary file beside it with a unique name, which then gets the name of the file: by a
   * hard link on local disks, by a rename on HDFS, which fails if the name is taken.
   *
   * <p>Object stores have neither, and create the file when it is closed. There two concurrent
   * writers may both be told that they succeeded, and the last one's file remains ({@link
   * #createsExclusively}).
   *
   * @return false if the file exists already
   */
  public boolean createExclusively(String path, byte[] bytes) {
    return call(
        "create",
        path,
        () -> WholeFile.resolve(fileSystem(path), new Path(path), hadoop).createIfAbsent(bytes));
  }

  /** Returns whether {@link #createExclusively} lets only one of several writers succeed. */
  public boolean createsExclusively(String path) {
    return call(
        "look for",
        path,
        () -> WholeFile.resolve(fileSystem(path), new Path(path), hadoop).isExclusive());
  }

  /**
   * Deletes temporary files beside a file, left by writers that were killed before the rename
   * ({@link #writeAtomically}, {@link #createExclusively}).
   */
  public void deleteParts(String path) {
    if (strandedPart(path).isPresent()) {
      return; // It may be the only copy of the file's content.
    }
    Path target = new Path(path);
    String parent = target.getParent().toString();
    for (String name : names(parent)) {
      if (WholeFile.isPart(name, target)) {
        delete(join(parent, name));
      }
    }
  }

  /**
   * Returns the temporary file with the new content of a missing file, left by a writer that was
   * killed between deleting and renaming, on stores that cannot replace a file in one step. Its
   * readers check whether it is whole.
   */
  public Optional<String> strandedPart(String path) {
    return call(
        "look for",
        path,
        () -> WholeFile.strandedPart(fileSystem(path), new Path(path)).map(Path::toString));
  }

  /** Returns a hint for the message that a file is missing, if its new content lies beside it. */
  public String strandedHint(String path) {
    return strandedPart(path)
        .map(
            part ->
                "; a writer that was killed while it replaced the file has left "
                    + Visible.of(part)
                    + ": rename it to "
                    + new Path(path).getName())
        .orElse("");
  }

  /**
   * Returns why nothing can be written at a path, found without writing: this user lacks the
   * permission, the disk is mounted read-only, or a file lies where a directory must be.
   *
   * @return a sentence that begins with {@code Cannot write}; empty if no reason is known, and for
   *     other file systems than the local one, which report when they are written to
   */
  public Optional<String> writeRefusal(String path) {
    return local(path)
        .flatMap(WriteAccess::refusal)
        .map(reason -> "Cannot write " + Visible.of(path) + ": " + reason);
  }

  /** Returns the bytes that are free where a path is; very many where there is no limit. */
  public long freeBytes(String path) {
    return call(
        "look for space at", path, () -> fileSystem(path).getStatus(existing(path)).getRemaining());
  }

  /** Returns the path, or the first directory above it that exists. */
  private Path existing(String path) throws IOException {
    Path at = new Path(path);
    while (!fileSystem(path).exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  /** Deletes a file, or a directory with its contents; an absent path is not an error. */
  public void delete(String path) {
    call("delete", path, () -> fileSystem(path).delete(new Path(path), true));
  }

  /**
   * Moves a file to a path that must be free, and creates the directories of that path. Local disks
   * and HDFS move it in one step. Object stores copy it and delete the original: a writer that is
   * killed between the two leaves both.
   */
  public void move(String from, String to) {
    call(
        "move",
        from,
        () -> {
          FileSystem fs = fileSystem(to);
          Path target = new Path(to);
          fs.mkdirs(target.getParent());
          if (fs.exists(target)) {
            throw new FileAlreadyExistsException(to + " exists");
          }
          if (!fs.rename(new Path(from), target)) {
            throw new IOException("it cannot get the name " + to);
          }
          return null;
        });
  }

  /** Deletes a directory that holds no file, and every directory in it that holds none. */
  public void deleteEmptyDirectories(String directory) {
    call(
        "delete",
        directory,
        () -> {
          if (exists(directory)) {
            deleteIfWithoutFiles(fileSystem(directory), new Path(directory));
          }
          return null;
        });
  }

  private static boolean deleteIfWithoutFiles(FileSystem fs, Path directory) throws IOException {
    boolean empty = true;
    for (FileStatus entry : fs.listStatus(directory)) {
      empty &= entry.isDirectory() && deleteIfWithoutFiles(fs, entry.getPath());
    }
    return empty && fs.delete(directory, false);
  }

  /**
   * Lists all files below a directory, sorted by relative path. Hidden files and directories (whose
   * names start with a dot or an underscore) are left out, as in all of Hadoop.
   */
  public List<Entry> filesBelow(String directory) {
    return tree(directory, FileTree.Hidden.AS_IN_HADOOP).files();
  }

  /** Lists all files below a directory, and the entries that are left out, with the reason. */
  public FileTree tree(String directory, FileTree.Hidden hidden) {
    return call(
        "list",
        directory,
        () -> {
          FileSystem fs = fileSystem(directory);
          Path root = fs.makeQualified(new Path(directory));
          return fs instanceof RawLocalFileSystem
              ? LocalWalk.list(LocalNames.path(root.toUri().getPath()), root.toString(), hidden)
              : RemoteWalk.list(fs, root, hidden);
        });
  }

  /**
   * Lists the files that match a pattern of Hadoop, such as {@code shards/train-*.tar}, sorted;
   * none if it is not a pattern. Their relative paths begin below the directories that it names.
   */
  public List<Entry> matching(String pattern) {
    if (literal(pattern).equals(pattern)) {
      return List.of();
    }
    return call(
        "list",
        pattern,
        () -> {
          FileStatus[] found = fileSystem(pattern).globStatus(new Path(pattern));
          Path fixed = new Path(pattern);
          while (fixed.getParent() != null && !literal(fixed.toString()).equals(fixed.toString())) {
            fixed = fixed.getParent();
          }
          String root = join(qualified(fixed.toString()), "");
          return Arrays.stream(found == null ? new FileStatus[0] : found)
              .filter(FileStatus::isFile)
              .map(
                  file -> {
                    String path = file.getPath().toString();
                    return new Entry(
                        path,
                        path.startsWith(root) ? path.substring(root.length()) : path,
                        file.getLen(),
                        file.getModificationTime());
                  })
              .sorted(Comparator.comparing(Entry::relative))
              .toList();
        });
  }

  /** Lists the names of all entries of a directory, hidden or not, sorted; none if it is absent. */
  public List<String> names(String directory) {
    return list(directory).stream().map(ListedFile::name).toList();
  }

  /** Lists the entries of a directory, hidden or not, sorted by name; none if it is absent. */
  public List<ListedFile> list(String directory) {
    return call(
        "list",
        directory,
        () -> {
          FileSystem fs = fileSystem(directory);
          try {
            return Arrays.stream(fs.listStatus(new Path(directory)))
                .map(status -> new ListedFile(this, fs, status, directory))
                .sorted(Comparator.comparing(ListedFile::name))
                .toList();
          } catch (FileNotFoundException e) {
            return List.of();
          }
        });
  }

  /** Returns the path in the file system of this machine; empty if it is on another one. */
  public Optional<java.nio.file.Path> local(String path) {
    return call(
        "resolve",
        path,
        () ->
            fileSystem(path) instanceof RawLocalFileSystem disk
                ? Optional.of(disk.pathToFile(new Path(path)).toPath())
                : Optional.empty());
  }

  /** Returns the path with scheme and authority, as Spark's tasks need it. */
  public String qualified(String path) {
    return call("resolve", path, () -> fileSystem(path).makeQualified(new Path(path)).toString());
  }

  /**
   * Returns the path and its ancestors, innermost first, with scheme and authority. The path need
   * not exist. On local disks the path without links and its ancestors follow.
   */
  public List<String> selfAndAbove(String path) {
    return call(
        "resolve",
        path,
        () -> {
          FileSystem fs = fileSystem(path);
          Path lexical = fs.makeQualified(new Path(path));
          Set<String> all = new LinkedHashSet<>();
          addWithParents(lexical, all);
          addWithParents(real(fs, lexical), all);
          return List.copyOf(all);
        });
  }

  private static void addWithParents(Path path, Set<String> paths) {
    for (Path at = path; at != null; at = at.getParent()) {
      paths.add(at.toString());
    }
  }

  /**
   * Returns the path for Spark's readers, with brackets and braces escaped, which they read as
   * patterns.
   */
  public static String literal(String path) {
    return path.replaceAll("[\\[\\]{}*?\\\\]", "\\\\$0");
  }

  /** True if {@code inner} is {@code outer} or lies in it, also where links lead there. */
  public boolean isWithin(String inner, String outer) {
    List<String> above = selfAndAbove(inner);
    return above.contains(qualified(outer))
        || above.contains(
            call(
                "resolve",
                outer,
                () -> {
                  FileSystem fs = fileSystem(outer);
                  return real(fs, fs.makeQualified(new Path(outer))).toString();
                }));
  }

  /** Returns the path without links on local disks, and the same path elsewhere. */
  private static Path real(FileSystem fs, Path path) throws IOException {
    return fs instanceof RawLocalFileSystem local
        ? fs.makeQualified(new Path(local.pathToFile(path).getCanonicalPath()))
        : path;
  }

  private FileStatus status(String path) {
    return call(
        "look for",
        path,
        () -> {
          try {
            return fileSystem(path).getFileStatus(new Path(path));
          } catch (FileNotFoundException e) {
            return null;
          }
        });
  }

  private FileSystem fileSystem(String path) throws IOException {
    return raw(open(path(path)));
  }

  static FileSystem raw(FileSystem fs) {
    // Our own digests protect what we write; Hadoop's .crc files would only add clutter to local
    // disks.
    return fs instanceof LocalFileSystem ? new LocalDisk(fs.getConf()) : fs;
  }

  private FileSystem open(Path path) throws IOException {
    try {
      FileSystem fs = path.getFileSystem(hadoop);
      if (fs instanceof LocalFileSystem) {
        FileNames.requireUtf8();
      }
      return fs;
    } catch (IOException | RuntimeException | LinkageError e) {
      String own = path.toUri().getScheme();
      String scheme = own == null ? FileSystem.getDefaultUri(hadoop).getScheme() : own;
      Optional<InvalidRequestException> missing = MissingFileSystem.explain(path, scheme, e);
      if (missing.isPresent()) {
        throw missing.get();
      }
      throw e;
    }
  }

  private static Path path(String text) {
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(
          "Cannot read the path '" + Visible.of(text) + "': " + Visible.of(e.getMessage()), e);
    }
  }

  interface Call<T> {
    T run() throws IOException;
  }

  static <T> T call(String verb, String path, Call<T> call) {
    try {
      return call.run();
    } catch (IOException e) {
      throw failure(verb, path, e);
    } catch (FSError e) {
      // Hadoop's local file system throws it when a disk is full.
      throw failure(verb, path, new IOException(IoReason.describe(e), e));
    }
  }

  private static UncheckedIOException failure(String verb, String path, IOException e) {
    return new UncheckedIOException(
        "Cannot "
            + verb
            + " "
            + Visible.of(path)
            + ": "
            + Visible.of(IoReason.describe(path, e))
            + IoReason.remedy(verb, e),
        e);
  }
}
