package dev.convoy.driver.train.run;

import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.Lease;
import dev.convoy.worker.model.FloatFile;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checkpoints of one run. Each lies in a directory {@code round-00000123-<unique>} with its
 * vectors as {@code <name>.bin} ({@link FloatFile}) and the marker {@code checkpoint.json}, which
 * is created and closed last and deleted first. A directory without a marker is half-written and
 * never read.
 *
 * <p>Nothing is renamed and no name is used twice, so this works on object stores too. The marker
 * has the size and the SHA-256 of every vector and a digest of itself. So a truncated or damaged
 * checkpoint is detected, and the one before it is used.
 *
 * <p>Only the driver that holds the {@link Lease} may write.
 */
public final class CheckpointStore {
  private static final String MARKER = "checkpoint.json";
  private static final long MAX_MARKER_BYTES = 16L << 20;
  private static final Pattern DIRECTORY = Pattern.compile("round-([0-9]{8,18})-[0-9a-f-]{36}");
  private static final Pattern OWN =
      Pattern.compile(DIRECTORY.pattern() + "/(checkpoint\\.json|[a-z0-9-]+\\.bin)");

  private final Storage storage;
  private final String directory;
  private final int keep;
  private final Set<String> damaged = new HashSet<>();

  /**
   * Creates a store for a directory, which need not exist.
   *
   * @param keep number of intact checkpoints that are kept, including the newest; at least 1
   */
  public CheckpointStore(Storage storage, String directory, int keep) {
    this.storage = storage;
    this.directory = directory;
    this.keep = Math.toIntExact(Checks.atLeast(1, keep, "keep"));
  }

  /** Returns whether a file, by its path relative to the store's directory, belongs to a store. */
  public static boolean isOwn(String relative) {
    return OWN.matcher(relative).matches();
  }

  /** The directory of one checkpoint, intact or not. */
  private record Location(String path, long round) {
    static final Comparator<Location> NEWEST_FIRST =
        Comparator.comparingLong(Location::round).thenComparing(Location::path).reversed();

    String marker() {
      return Storage.join(path, MARKER);
    }
  }

  /**
   * Writes a checkpoint, then deletes those that are no longer kept. Half-written ones are deleted
   * before, to free disk space.
   *
   * <p>A run writes its rounds in order. So checkpoints of this round or a later one were skipped
   * as damaged when the run was resumed, and are deleted too.
   *
   * @throws UncheckedIOException if it cannot be written or deleted; it names the path. If writing
   *     fails, older checkpoints are kept, and the new one is deleted if possible.
   */
  public void write(Checkpoint checkpoint) {
    List<Location> older = new ArrayList<>();
    for (Location location : locations()) {
      if (isHalfWritten(location)) {
        delete(location);
      } else {
        older.add(location);
      }
    }
    String name =
        String.format(Locale.ROOT, "round-%08d-%s", checkpoint.round(), UUID.randomUUID());
    Location location = new Location(Storage.join(directory, name), checkpoint.round());
    try {
      SortedMap<String, FloatFile> files = new TreeMap<>();
      checkpoint
          .vectors()
          .forEach(
              (vector, values) ->
                  files.put(
                      vector, FloatFile.write(storage, location.path, vector + ".bin", values)));
      byte[] document = new CheckpointDocument(checkpoint, files).sealed();
      storage.write(location.marker(), out -> out.write(document));
    } catch (RuntimeException | Error e) {
      try {
        delete(location);
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }

    int kept = 1;
    for (Location old : older) {
      boolean usable = old.round < checkpoint.round() && !damaged.contains(old.path);
      if (usable && kept < keep) {
        kept++;
      } else {
        delete(old);
      }
    }
  }

  /**
   * Returns the newest intact checkpoint.
   *
   * @param skipped receives a message for each newer one that is half-written, truncated or damaged
   * @return empty if there is none, or only half-written ones
   * @throws InvalidRequestException if a newer Convoy has written it, or if all are damaged: a new
   *     run would delete checkpoints that may still be repaired
   * @throws UncheckedIOException if a file cannot be read. The error may be temporary, so no older
   *     checkpoint is used instead.
   */
  public Optional<Checkpoint> newest(Consumer<String> skipped) {
    int lost = 0;
    for (Location location : locations()) {
      try {
        return Optional.of(read(location));
      } catch (CheckpointDocument.DamagedException | FloatFile.DamagedException e) {
        damaged.add(location.path);
        lost += isHalfWritten(location) ? 0 : 1;
        skipped.accept(
            "Skipped the checkpoint "
                + Visible.of(location.path)
                + ": "
                + Visible.of(e.getMessage()));
      }
    }
    if (lost > 0) {
      throw new InvalidRequestException(
          "Cannot resume from the checkpoints in "
              + Visible.of(directory)
              + ": none is intact, and "
              + (lost == 1 ? "1 is" : lost + " are")
              + " damaged (restore a copy of them, or start again with --overwrite)");
    }
    return Optional.empty();
  }

  /** Returns the rounds of the checkpoints that have a marker, ascending, without reading them. */
  public List<Long> rounds() {
    return locations().stream()
        .filter(location -> !isHalfWritten(location))
        .map(Location::round)
        .distinct()
        .sorted()
        .toList();
  }

  /** Deletes all checkpoints, intact or not, and the directory if it is then empty. */
  public void clear() {
    List<Location> locations = locations();
    locations.forEach(location -> storage.delete(location.marker()));
    locations.forEach(this::delete);
    storage.deleteEmptyDirectories(directory);
  }

  private Checkpoint read(Location location) {
    long bytes = storage.size(location.marker());
    if (bytes < 0) {
      throw new CheckpointDocument.DamagedException("it is half-written: it has no " + MARKER);
    }
    if (bytes > MAX_MARKER_BYTES) {
      throw new CheckpointDocument.DamagedException(MARKER + " has " + bytes + " bytes");
    }
    CheckpointDocument document =
        CheckpointDocument.read(storage.readBytes(location.marker()), location.marker());
    if (document.round() != location.round) {
      throw new CheckpointDocument.DamagedException(
          "its checkpoint.json is that of round " + document.round());
    }
    SortedMap<String, float[]> vectors = new TreeMap<>();
    document
        .vectors()
        .forEach((name, file) -> vectors.put(name, file.read(storage, location.path, MARKER)));
    return new Checkpoint(document.round(), document.stateObject(), vectors);
  }

  private boolean isHalfWritten(Location location) {
    return storage.size(location.marker()) < 0;
  }

  /** Lists the checkpoint directories, newest first, and ignores other names. */
  private List<Location> locations() {
    return storage.names(directory).stream()
        .map(DIRECTORY::matcher)
        .filter(Matcher::matches)
        .map(
            name ->
                new Location(Storage.join(directory, name.group()), Long.parseLong(name.group(1))))
        .sorted(Location.NEWEST_FIRST)
        .toList();
  }

  private void delete(Location location) {
    storage.delete(location.marker());
    storage.delete(location.path);
  }
}
