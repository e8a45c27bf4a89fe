package dev.convoy.data.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.security.AccessControlException;

/** Describes in words why a file cannot be used. */
final class IoReason {
  /** End of the message of a {@link FileNotFoundException} for a file that exists. */
  private static final String DENIED = " (Permission denied)";

  private IoReason() {}

  /** Returns the reason of a failure in words. */
  static String describe(Throwable e) {
    Throwable known = normalise(e instanceof FSError && e.getCause() != null ? e.getCause() : e);
    Optional<String> storeReason = ObjectStoreReason.describe(String.valueOf(known.getMessage()));
    if (storeReason.isPresent()) {
      return storeReason.get();
    }
    if (known instanceof AccessDeniedException denied) {
      return "permission denied: " + denied.getFile();
    }
    if (known instanceof NoSuchFileException missing) {
      return "there is no such file: " + missing.getFile();
    }
    return known.getMessage() == null
        ? known.toString()
        : RemoteServer.describe(known.getMessage());
  }

  /** Returns the reason of a failure, without the path if the reason would only repeat it. */
  static String describe(String path, IOException e) {
    if (ObjectStoreReason.describe(String.valueOf(e.getMessage())).isPresent()) {
      return describe(e);
    }
    String file = normalise(e) instanceof AccessDeniedException denied ? denied.getFile() : null;
    return file != null && (file.equals(path) || ("file:" + file).equals(path))
        ? "permission denied"
        : describe(e);
  }

  /** Converts the exception of java.io for a denied permission to that of java.nio. */
  private static Throwable normalise(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof FileNotFoundException && message.endsWith(DENIED)
        ? new AccessDeniedException(message.substring(0, message.length() - DENIED.length()))
        : e;
  }

  /** Returns the remedy for a missing permission, or an empty string for other failures. */
  static String remedy(String verb, IOException e) {
    Throwable known = normalise(e);
    boolean describedByStore =
        ObjectStoreReason.describe(String.valueOf(e.getMessage())).isPresent();
    if (describedByStore
        || !(known instanceof AccessDeniedException || known instanceof AccessControlException)) {
      return "";
    }
    return switch (verb) {
      case "list" -> " (let this user read it, or move it out of the directory that is listed)";
      case "write", "create", "delete" -> " (let this user write there, or choose another path)";
      default -> " (let this user read it)";
    };
  }
}
