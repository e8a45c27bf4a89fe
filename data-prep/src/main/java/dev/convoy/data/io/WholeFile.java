package dev.convoy.data.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * A file that its readers see whole or not at all: its bytes go to a hidden neighbour with a unique
 * name, its part, which gets the name of the file when it is closed.
 */
record WholeFile(FileSystem fs, Path target) {
  private static final Pattern UNIQUE = Pattern.compile("[0-9a-f-]{36}");

  /** True where a neighbour of that name is a part of the file. */
  static boolean isPart(String name, Path target) {
    String start = start(target);
    return name.startsWith(start) && UNIQUE.matcher(name.substring(start.length())).matches();
  }

  private static String start(Path target) {
    return "." + target.getName() + ".";
  }

  /** Writes the file, in the place of one that is there. */
  void replace(byte[] bytes, Configuration hadoop) throws IOException {
    Path part = write(bytes);
    try {
      if (!fs.rename(part, target)) {
        // HDFS renames onto an existing file only where it is told to.
        FileContext.getFileContext(fs.getUri(), hadoop)
            .rename(part, target, Options.Rename.OVERWRITE);
      }
    } catch (IOException | FSError e) {
      deleteAfter(e, fs, part);
      throw e;
    }
  }

  /** Writes the file where there is none; false where there is one. */
  boolean createIfAbsent(byte[] bytes) throws IOException {
    if (fs.exists(target)) {
      return false;
    }
    Path part = write(bytes);
    try {
      return fs instanceof RawLocalFileSystem local
          ? link(local.pathToFile(part).toPath(), local.pathToFile(target).toPath())
          : fs.rename(part, target);
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    } finally {
      fs.delete(part, false);
    }
  }

  private Path write(byte[] bytes) throws IOException {
    Path part = new Path(target.getParent(), start(target) + UUID.randomUUID());
    try (OutputStream out = fs.create(part, false)) {
      out.write(bytes);
    } catch (IOException | FSError e) {
      deleteAfter(e, fs, part);
      throw e;
    }
    return part;
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
