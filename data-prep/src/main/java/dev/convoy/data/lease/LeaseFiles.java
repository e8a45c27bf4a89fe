package dev.convoy.data.lease;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Storage;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The numbered lease files of one directory. */
final class LeaseFiles {
  static final Pattern NAME = Pattern.compile("lease-([0-9]{8,18})\\.json");

  private static final Pattern PART =
      Pattern.compile("\\.lease-([0-9]{8,18})\\.json\\.[0-9a-f-]{36}");

  private static final int LOOKS = 20;
  private static final long PAUSE_MILLIS = 50;

  private final Storage storage;
  private final String directory;

  /** Numbers of the files that stayed unreadable. */
  private final Set<Long> damaged = new HashSet<>();

  LeaseFiles(Storage storage, String directory) {
    this.storage = storage;
    this.directory = directory;
  }

  /**
   * Returns the holder of the lease of each number; empty if the file stays unreadable for a
   * second, as after a power failure.
   */
  SortedMap<Long, Optional<LeaseHolder>> holders() {
    SortedMap<Long, Optional<LeaseHolder>> holders = new TreeMap<>();
    for (int look = 0; look < LOOKS; look++) {
      holders.clear();
      List<Long> numbers = numbers();
      for (long number : numbers) {
        read(number)
            .ifPresent(bytes -> holders.put(number, LeaseHolder.parse(bytes, path(number))));
      }
      Set<Long> unreadable = new HashSet<>(holders.keySet());
      unreadable.removeIf(number -> holders.get(number).isPresent() || damaged.contains(number));
      if (!unreadable.isEmpty()) {
        pause(); // Without hard links, a file is visible before it is complete.
        if (look == LOOKS - 1) {
          damaged.addAll(unreadable);
        }
      } else if (holders.size() == numbers.size()) {
        break;
      }
      // Otherwise a listed file was deleted, and its successor may not have been listed.
    }
    return holders;
  }

  /** Creates the lease of a number; returns false if it exists. */
  boolean create(long number, LeaseHolder holder) {
    return storage.createExclusively(path(number), holder.json());
  }

  void delete(Collection<Long> numbers) {
    numbers.forEach(number -> storage.delete(path(number)));
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

  private List<Long> numbers() {
    return storage.names(directory).stream()
        .map(NAME::matcher)
        .filter(Matcher::matches)
        .map(name -> Long.parseLong(name.group(1)))
        .toList();
  }

  private Optional<byte[]> read(long number) {
    try {
      return Optional.of(storage.readBytes(path(number)));
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof FileNotFoundException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private String path(long number) {
    return Storage.join(directory, name(number));
  }

  private static String name(long number) {
    return String.format(Locale.ROOT, "lease-%08d.json", number);
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
