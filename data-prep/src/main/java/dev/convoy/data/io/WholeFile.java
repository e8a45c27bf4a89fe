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
 * A file that its readers see whole or not at all, be it new or in the place of another. How, is
 * decided by what its file system does at once:
 *
 * <ul>
 *   <li>Local disks: the bytes go to a hidden neighbour with a unique name, the part. It is moved
 *       onto the file ({@code rename(2)}), or linked where there must be none.
 *   <li>HDFS, also through WebHDFS and ViewFS: the namenode renames the part, and replaces the file
 *       in the same step where it is told to.
 *   <li>Azure's stores (ABFS, WASB): creating a file empties an old one at once, so that the part
 *       is renamed there, too. A rename refuses a name that is taken. One that replaces is a
 *       deletion and a rename in the client: for that moment there is no file, but its whole part
 *       beside it; who looks for the file then is told so ({@link #strandedPart}).
 *   <li>All others, which are object stores: the file is created under its own name, and is there,
 *       or replaced, when it is closed. Nothing is renamed: there a rename is a copy and a
 *       deletion, and refuses a name that is taken. A file that could not be written to its end is
 *       not closed but given up, so that its beginning does not take the place of what was there.
 * </ul>
 */
record WholeFile(FileSystem fs, Path target) {
  private static final Pattern UNIQUE = Pattern.compile("[0-9a-f-]{36}");

  /** Schemes whose names are kept by a namenode. */
  private static final Set<String> NAMENODE = Set.of("hdfs", "webhdfs", "swebhdfs");

  /** Schemes where a file that is created is there, and empty, before it is closed. */
  private static final Set<String> AZURE = Set.of("abfs", "abfss", "wasb", "wasbs");

  /** True where a neighbour of that name is a part of the file. */
  static boolean isPart(String name, Path target) {
    String start = start(target);
    return name.startsWith(start) && UNIQUE.matcher(name.substring(start.length())).matches();
  }

  private static String start(Path target) {
    return "." + target.getName() + ".";
  }

  /** The file where its file system really keeps it: a mount table is looked through. */
  static WholeFile of(FileSystem fs, Path target, Configuration hadoop) throws IOException {
    if (!fs.getUri().getScheme().equals("viewfs")) {
      return new WholeFile(fs, target);
    }
    fs.mkdirs(target.getParent());
    Path directory = fs.resolvePath(target.getParent());
    return new WholeFile(
        Storage.raw(directory.getFileSystem(hadoop)), new Path(directory, target.getName()));
  }

  /** Writes the file, in the place of one that is there. */
  void replace(byte[] bytes, Configuration hadoop) throws IOException {
    try {
      put(out -> out.write(bytes), hadoop);
    } catch (IOException e) {
      // A server may have done it although its answer was lost.
      if (!holds(bytes)) {
        throw e;
      }
    }
  }

  /** As {@link #replace}, of any length. */
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

  /** Writes the file where there is none; false where there is one. */
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

  private boolean isOf(Set<String> schemes) {
    return schemes.contains(fs.getUri().getScheme());
  }

  /** Where the second step fails, the part stays: it is all that there is of the file then. */
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
   * The part that a writer has left whole beside a file that is missing, where it had to delete the
   * file before it could rename the part.
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
    boolean of(Path part) throws IOException;
  }

  private interface Replacement {
    void by(Path part) throws IOException;
  }

  private void replaceByPart(Storage.Content content, Replacement replacement) throws IOException {
    Path part = writePart(content);
    try {
      replacement.by(part);
    } catch (IOException | RuntimeException | FSError e) {
      deleteAfter(e, fs, part);
      throw e;
    }
  }

  private boolean createByPart(byte[] bytes, Publication publication) throws IOException {
    Path part = writePart(out -> out.write(bytes));
    try {
      return publication.of(part);
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
   * Fills and closes a file that was just created. On return its bytes are on the disk, where the
   * file system can promise that. Where filling fails, the file is given up if it would only appear
   * when it is closed, and else it holds what was written.
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
      if (e != failure) { // HDFS throws one failure again and again.
        failure.addSuppressed(e);
      }
    }
  }

  private boolean holds(byte[] bytes) {
    try (FSDataInputStream in = fs.open(target)) {
      return Arrays.equals(in.readNBytes(bytes.length), bytes) && in.read() < 0;
    } catch (IOException e) {
      return false; // The failure to write it is the one to tell.
    }
  }

  private static boolean link(java.nio.file.Path part, java.nio.file.Path target)
      throws IOException {
    try {
      Files.createLink(target, part);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // No hard links here, as on FAT: exclusive too, but others may see it before it is whole.
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

  /** Deletes what a failure has left half written; what fails then is added to the failure. */
  static void deleteAfter(Throwable failure, FileSystem fs, Path part) {
    try {
      fs.delete(part, false);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
