package dev.convoy.data.lease;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.ListedFile;
import dev.convoy.data.io.Storage;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The numbered lease files of one directory. */
final class LeaseFiles {
  private static final Pattern PART =
      Pattern.compile("\\.lease-([0-9]{8,18})\\.json\\.[0-9a-f-]{36}");

  private static final int LOOKS = 20;
  private static final long PAUSE_MILLIS = 50;

  private final Storage storage;
  private final String directory;

  /** Names of the files that stayed unreadable. */
  private final Set<LeaseName> damaged = new HashSet<>();

  LeaseFiles(Storage storage, String directory) {
    this.storage = storage;
    this.directory = directory;
  }

  /**
   * Returns the holder of each lease; empty if the file stays unreadable for a second, as after a
   * power failure.
   */
  SortedMap<LeaseName, Optional<LeaseHolder>> holders() {
    SortedMap<LeaseName, Optional<LeaseHolder>> holders = new TreeMap<>();
    for (int look = 0; look < LOOKS; look++) {
      holders.clear();
      int listed = 0;
      for (ListedFile file : storage.list(directory)) {
        Optional<LeaseName> name = LeaseName.parse(file.name());
        if (name.isPresent()) {
          listed++;
          read(file)
              .ifPresent(
                  bytes -> holders.put(name.get(), LeaseHolder.parse(bytes, path(name.get()))));
        }
      }
      Set<LeaseName> unreadable = new HashSet<>(holders.keySet());
      unreadable.removeIf(name -> holders.get(name).isPresent() || damaged.contains(name));
      if (!unreadable.isEmpty()) {
        pause(); // Without hard links, a file is visible before it is complete.
        if (look == LOOKS - 1) {
          damaged.addAll(unreadable);
        }
      } else if (holders.size() == listed) {
        break;
      }
      // Otherwise a listed file was deleted, and its successor may not have been listed.
    }
    return holders;
  }

  /** Returns the name of a lease of a holder. */
  LeaseName name(long number, LeaseHolder holder) {
    LeaseName shared = new LeaseName(number, "");
    return storage.createsExclusively(path(shared)) ? shared : new LeaseName(number, holder.id());
  }

  /** Creates a lease; returns false if another driver has created it. */
  boolean create(LeaseName name, LeaseHolder holder) {
    if (name.holder().isEmpty()) {
      return storage.createExclusively(path(name), holder.json());
    }
    storage.writeAtomically(path(name), holder.json());
    return true;
  }

  void delete(Collection<LeaseName> names) {
    names.forEach(name -> storage.delete(path(name)));
  }

  /**
   * Deletes partial files of lower numbers, left by drivers that were killed while writing them.
   * Another driver may be writing the file of this number now.
   */
  void deletePartsBelow(long number) {
    storage.names(directory).stream()
        .map(PART::matcher)
        .filter(Matcher::matches)
        .filter(part -> Long.parseLong(part.group(1)) < number)
        .forEach(part -> storage.delete(Storage.join(directory, part.group())));
  }

  private static Optional<byte[]> read(ListedFile file) {
    try {
      return Optional.of(file.readBytes());
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof FileNotFoundException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private String path(LeaseName name) {
    return Storage.join(directory, name.file());
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("Interrupted while reading the lease of " + directory, e);
    }
  }
}
