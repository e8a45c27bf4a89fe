package dev.convoy.data.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * A file that readers see whole or not at all, both when it is new and when it replaces another.
 * The method depends on the atomic operations of the file system:
 *
 * <ul>
 *   <li>Local disks: the bytes go to a hidden file beside it with a unique name, the part. The part
 *       is moved onto the file ({@code rename(2)}), or hard-linked if the file must not exist.
 *   <li>HDFS, also through WebHDFS and ViewFS: the namenode renames the part, and can replace the
 *       file in the same step.
 *   <li>Azure's stores (ABFS, WASB): creating a file empties an old one at once, so the part is
 *       renamed there, too. A rename fails if the name is taken; to replace, the client deletes the
 *       file and then renames the part. Between the two steps only the whole part exists; a reader
 *       that finds no file is told so ({@link #strandedPart}).
 *   <li>All others, which are object stores: the file is created under its own name, and appears,
 *       or is replaced, when it is closed. Nothing is renamed: there a rename is a copy and a
 *       deletion, and fails if the name is taken. If writing fails, the file is abandoned and not
 *       closed, so that a partial file does not replace the old one.
 * </ul>
 */
record WholeFile(FileSystem fs, Path target) {
  private static final Pattern UNIQUE = Pattern.compile("[0-9a-f-]{36}");

  /** Schemes of file systems with a namenode. */
  private static final Set<String> NAMENODE = Set.of("hdfs", "webhdfs", "swebhdfs");

  /** Schemes whose file systems show a created file, empty, before it is closed. */
  private static final Set<String> AZURE = Set.of("abfs", "abfss", "wasb", "wasbs");

  /** True if a file of that name is a part of the target. */
  static boolean isPart(String name, Path target) {
    String start = start(target);
    return name.startsWith(start) && UNIQUE.matcher(name.substring(start.length())).matches();
  }

  private static String start(Path target) {
    return "." + target.getName() + ".";
  }

  /** Returns the file on its actual file system; mount tables are resolved. */
  static WholeFile resolve(FileSystem fs, Path target, Configuration hadoop) throws IOException {
    if (!fs.getUri().getScheme().equals("viewfs")) {
      return new WholeFile(fs, target);
    }
    fs.mkdirs(target.getParent());
    Path directory = fs.resolvePath(target.getParent());
    return new WholeFile(
        Storage.raw(directory.getFileSystem(hadoop)), new Path(directory, target.getName()));
  }

  /** Writes the file, replacing an existing one. */
  void replace(byte[] bytes, Configuration hadoop) throws IOException {
    try {
      put(out -> out.write(bytes), hadoop);
    } catch (IOException e) {
      // The server may have done it although its answer was lost.
      if (!holds(bytes)) {
        throw e;
      }
    }
  }

  /** Writes content of any length to the file, replacing an existing one. */
  void put(Storage.Content content, Configuration hadoop) throws IOException {
    if (fs instanceof RawLocalFileSystem local) {
      replaceByPart(
          content,
          part ->
              Files.move(
                  local.pathToFile(part).toPath(),
                  local.pathToFile(target).toPath(),
                  StandardCopyOption.ATOMIC_MOVE,
                  StandardCopyOption.REPLACE_EXISTING));
    } else if (isOf(NAMENODE)) {
      replaceByPart(
          content,
          part ->
              FileContext.getFileContext(fs.getUri(), hadoop)
                  .rename(part, target, Options.Rename.OVERWRITE));
    } else if (isOf(AZURE)) {
      replaceInTwoSteps(content);
    } else {
      fill(fs.create(target, true), content);
    }
  }

  /** Writes the file if there is none; returns false if there is one. */
  boolean createIfAbsent(byte[] bytes) throws IOException {
    if (fs.exists(target)) {
      return false;
    }
    try {
      if (fs instanceof RawLocalFileSystem local) {
        return createByPart(
            bytes,
            part -> link(local.pathToFile(part).toPath(), local.pathToFile(target).toPath()));
      }
      if (isOf(NAMENODE) || isOf(AZURE)) {
        return createByPart(bytes, part -> fs.rename(part, target));
      }
      fill(fs.create(target, false), out -> out.write(bytes));
      return true;
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Returns whether {@link #createIfAbsent} lets only one of several writers succeed. */
  boolean isExclusive() {
    return fs instanceof RawLocalFileSystem || isOf(NAMENODE) || isOf(AZURE);
  }

  private boolean isOf(Set<String> schemes) {
    return schemes.contains(fs.getUri().getScheme());
  }

  /**
   * Deletes the file and renames the part. If the rename fails, the part is kept: it is then the
   * only copy of the content.
   */
  private void replaceInTwoSteps(Storage.Content content) throws IOException {
    Path part = writePart(content);
    try {
      fs.delete(target, false);
    } catch (IOException | RuntimeException e) {
      if (fs.exists(target)) {
        deleteAfter(e, fs, part);
      }
      throw e;
    }
    try {
      if (fs.rename(part, target)) {
        return;
      }
    } catch (IOException e) {
      throw new IOException(e.getMessage() + stranded(part), e);
    }
    throw new IOException("its new content could not be renamed to it" + stranded(part));
  }

  private String stranded(Path part) {
    return " (rename " + part + " to " + target.getName() + ": it is whole)";
  }

  /**
   * Returns the whole part beside a missing file, left by a writer that had deleted the file before
   * renaming the part.
   */
  static Optional<Path> strandedPart(FileSystem fs, Path target) throws IOException {
    if (!AZURE.contains(fs.getUri().getScheme())
        || fs.exists(target)
        || !fs.exists(target.getParent())) {
      return Optional.empty();
    }
    return Arrays.stream(fs.listStatus(target.getParent(), path -> isPart(path.getName(), target)))
        .max(Comparator.comparingLong(FileStatus::getModificationTime))
        .map(FileStatus::getPath);
  }

  private interface Publication {
    boolean publish(Path part) throws IOException;
  }

  private interface Replacement {
    void replace(Path part) throws IOException;
  }

  private void replaceByPart(Storage.Content content, Replacement replacement) throws IOException {
    Path part = writePart(content);
    try {
      replacement.replace(part);
    } catch (IOException | RuntimeException | FSError e) {
      deleteAfter(e, fs, part);
      throw e;
    }
  }

  private boolean createByPart(byte[] bytes, Publication publication) throws IOException {
    Path part = writePart(out -> out.write(bytes));
    try {
      return publication.publish(part);
    } finally {
      fs.delete(part, false);
    }
  }

  private Path writePart(Storage.Content content) throws IOException {
    Path part = new Path(target.getParent(), start(target) + UUID.randomUUID());
    FSDataOutputStream created = fs.create(part, false);
    try {
      fill(created, content);
    } catch (IOException | FSError e) {
      deleteAfter(e, fs, part);
      throw e;
    }
    return part;
  }

  /**
   * Fills and closes a file that was just created. On return its bytes are on the disk, if the file
   * system can guarantee that. If filling fails, the file is abandoned on file systems where it
   * would appear only when closed; on others it holds what was written.
   */
  static void fill(FSDataOutputStream created, Storage.Content content) throws IOException {
    try {
      content.writeTo(created);
      if (created.hasCapability(StreamCapabilities.HSYNC)) {
        created.hsync();
      }
    } catch (IOException | RuntimeException | Error e) {
      giveUp(created, e);
      throw e;
    }
    created.close();
  }

  private static void giveUp(FSDataOutputStream out, Throwable failure) {
    try {
      if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      } else {
        out.close();
      }
    } catch (IOException | RuntimeException e) {
      if (e != failure) { // HDFS throws the same failure again.
        failure.addSuppressed(e);
      }
    }
  }

  private boolean holds(byte[] bytes) {
    try (FSDataInputStream in = fs.open(target)) {
      return Arrays.equals(in.readNBytes(bytes.length), bytes) && in.read() < 0;
    } catch (IOException e) {
      return false; // The failure to write the file is the one to report.
    }
  }

  private static boolean link(java.nio.file.Path part, java.nio.file.Path target)
      throws IOException {
    try {
      Files.createLink(target, part);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // No hard links here, as on FAT. This is exclusive, too, but others may see the file before
      // it is whole.
      OutputStream created = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW);
      try (OutputStream out = created) {
        Files.copy(part, out);
      } catch (IOException failure) {
        Files.deleteIfExists(target);
        throw failure;
      }
    }
    return true;
  }

  /**
   * Deletes a partial file after a failure; a failure to delete is added to the first as
   * suppressed.
   */
  static void deleteAfter(Throwable failure, FileSystem fs, Path part) {
    try {
      fs.delete(part, false);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
