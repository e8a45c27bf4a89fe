package dev.convoy.data.io;

import dev.convoy.data.Visible;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Whether this process may create files at a path of a local disk, asked without creating any. */
final class WriteAccess {
  private static final String UNKNOWN = "?";

  private WriteAccess() {}

  /**
   * Looks at the directory in which the first new file or directory would be created.
   *
   * @param target a file to be replaced, a directory to be filled, or a path that is absent
   * @return why nothing can be written there, with the remedy; empty if no reason is known
   */
  static Optional<String> refusal(Path target) {
    Path at = target.toAbsolutePath().normalize();
    // A file there is the command's to judge, and is replaced in its directory.
    Path found = Files.exists(at) && !Files.isDirectory(at) ? at.getParent() : at;
    while (!Files.exists(found, LinkOption.NOFOLLOW_LINKS) && found.getParent() != null) {
      found = found.getParent();
    }
    String name = Visible.of(found.toString());
    // A link to a missing target cannot be replaced by a directory.
    if (!Files.isDirectory(found)) {
      return Files.exists(found)
          ? Optional.of(name + " is a file, not a directory (choose another path)")
          : Optional.of(
              name
                  + " is a link to a missing file or directory (delete the link, or choose another"
                  + " path)");
    }
    if (Files.isWritable(found) && Files.isExecutable(found)) {
      return Optional.empty();
    }
    return Optional.of(
        isReadOnly(found)
            ? name + " is mounted read-only (choose another path)"
            : "permission denied for user "
                + user()
                + " ("
                + name
                + owner(found)
                + ": let this user write there, or choose another path)");
  }

  private static boolean isReadOnly(Path directory) {
    try {
      FileStore store = Files.getFileStore(directory);
      return store.isReadOnly();
    } catch (IOException e) {
      return false; // A directory that cannot be looked at is forbidden, however it is mounted.
    }
  }

  private static String owner(Path directory) {
    try {
      PosixFileAttributes found = Files.readAttributes(directory, PosixFileAttributes.class);
      return " belongs to "
          + Visible.of(found.owner().getName())
          + " and has the mode "
          + PosixFilePermissions.toString(found.permissions());
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** The name of the user, or the number of one that has no name. */
  private static String user() {
    String name = System.getProperty("user.name", UNKNOWN);
    if (!name.equals(UNKNOWN)) {
      return name;
    }
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return name;
    }
  }
}
