package dev.convoy.data.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.security.AccessControlException;

/** Why files cannot be used, in words. */
final class IoReason {
  /** How the message of a {@link FileNotFoundException} ends where the file is there. */
  private static final String DENIED = " (Permission denied)";

  private IoReason() {}

  /** Why a file could not be used, in words. */
  static String of(Throwable e) {
    Throwable known = denied(e instanceof FSError && e.getCause() != null ? e.getCause() : e);
    Optional<String> ofStore = ObjectStoreReason.plainly(String.valueOf(known.getMessage()));
    if (ofStore.isPresent()) {
      return ofStore.get();
    }
    if (known instanceof AccessDeniedException denied) {
      return "permission denied: " + denied.getFile();
    }
    if (known instanceof NoSuchFileException missing) {
      return "there is no such file: " + missing.getFile();
    }
    return known.getMessage() == null ? known.toString() : RemoteServer.plainly(known.getMessage());
  }

  /** The reason without a path that is told already. */
  static String of(String path, IOException e) {
    if (ObjectStoreReason.plainly(String.valueOf(e.getMessage())).isPresent()) {
      return of(e);
    }
    String file = denied(e) instanceof AccessDeniedException denied ? denied.getFile() : null;
    return file != null && (file.equals(path) || ("file:" + file).equals(path))
        ? "permission denied"
        : of(e);
  }

  /** Turns what {@link java.io} throws where a file may not be read into what java.nio throws. */
  private static Throwable denied(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof FileNotFoundException && message.endsWith(DENIED)
        ? new AccessDeniedException(message.substring(0, message.length() - DENIED.length()))
        : e;
  }

  /** What to do about what this user may not do. */
  static String remedy(String verb, IOException e) {
    Throwable known = denied(e);
    boolean toldByStore = ObjectStoreReason.plainly(String.valueOf(e.getMessage())).isPresent();
    if (toldByStore
        || !(known instanceof AccessDeniedException || known instanceof AccessControlException)) {
      return "";
    }
    return switch (verb) {
      case "list" -> " (let this user read it, or move it out of the directory that is listed)";
      case "write", "create", "delete" -> " (let this user write there, or name another place)";
      default -> " (let this user read it)";
    };
  }
}
