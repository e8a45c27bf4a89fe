package dev.convoy.driver.train.run;

import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Storage;
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
 * is created and closed last and deleted first: what has no marker is half-written and never read.
 *
 * <p>Nothing is renamed and no name is used twice, so this holds on object stores too. The marker
 * has the size and the SHA-256 of every vector and a digest of itself: a checkpoint that lost its
 * end or one bit is noticed, and the one before it is used.
 *
 * <p>One driver at a time may write; its {@link Lease} sees to that.
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
   * The checkpoints below a directory; it need not exist.
   *
   * @param keep how many whole checkpoints stay when a new one has been written, that one included;
   *     at least 1
   */
  public CheckpointStore(Storage storage, String directory, int keep) {
    this.storage = storage;
    this.directory = directory;
    this.keep = Math.toIntExact(Checks.atLeast(1, keep, "keep"));
  }

  /** True for a file that a store writes, by its path relative to the store's directory. */
  public static boolean isOwn(String relative) {
    return OWN.matcher(relative).matches();
  }

  /** One directory of a checkpoint, whole or not. */
  private record Place(String path, long round) {
    static final Comparator<Place> NEWEST_FIRST =
        Comparator.comparingLong(Place::round).thenComparing(Place::path).reversed();

    String marker() {
      return Storage.join(path, MARKER);
    }
  }

  /**
   * Writes a checkpoint, then deletes those that are no longer kept. Half-written ones go first, so
   * that they are not in the way of the new one on a full disk.
   *
   * <p>A run writes its rounds in order. So what claims to be of this round or a later one was
   * skipped as damaged when the run was taken up, and goes too.
   *
   * @throws UncheckedIOException if it cannot be written or deleted; it names the path. Where
   *     writing failed, the older checkpoints are as they were, and what was written is deleted as
   *     far as that is possible.
   */
  public void write(Checkpoint checkpoint) {
    List<Place> older = new ArrayList<>();
    for (Place place : places()) {
      if (isHalfWritten(place)) {
        delete(place);
      } else {
        older.add(place);
      }
    }
    String name =
        String.format(Locale.ROOT, "round-%08d-%s", checkpoint.round(), UUID.randomUUID());
    Place place = new Place(Storage.join(directory, name), checkpoint.round());
    try {
      SortedMap<String, FloatFile> files = new TreeMap<>();
      checkpoint
          .vectors()
          .forEach(
              (vector, values) ->
                  files.put(vector, FloatFile.write(storage, place.path, vector + ".bin", values)));
      byte[] document = new CheckpointDocument(checkpoint, files).sealed();
      storage.write(place.marker(), out -> out.write(document));
    } catch (RuntimeException | Error e) {
      try {
        delete(place);
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }

    int kept = 1;
    for (Place old : older) {
      boolean serves = old.round < checkpoint.round() && !damaged.contains(old.path);
      if (serves && kept < keep) {
        kept++;
      } else {
        delete(old);
      }
    }
  }

  /**
   * The newest whole checkpoint.
   *
   * @param skipped is told of each newer one that is half-written, cut off or damaged: which it is
   *     and why
   * @return empty where none is there, or none that was ever whole
   * @throws InvalidRequestException if a newer Convoy has written it, or if there are damaged ones
   *     and none is whole: a run that began anew would delete what may still be mended
   * @throws UncheckedIOException if a file cannot be read at all; that may pass, and an older
   *     checkpoint is no answer to it
   */
  public Optional<Checkpoint> newest(Consumer<String> skipped) {
    int lost = 0;
    for (Place place : places()) {
      try {
        return Optional.of(read(place));
      } catch (CheckpointDocument.DamagedException | FloatFile.DamagedException e) {
        damaged.add(place.path);
        lost += isHalfWritten(place) ? 0 : 1;
        skipped.accept(
            "Skipped the checkpoint " + Visible.of(place.path) + ": " + Visible.of(e.getMessage()));
      }
    }
    if (lost > 0) {
      throw new InvalidRequestException(
          "Cannot go on from the checkpoints in "
              + Visible.of(directory)
              + ": none is whole, and "
              + (lost == 1 ? "1 is" : lost + " are")
              + " damaged (put back a copy of them, or train anew with --overwrite)");
    }
    return Optional.empty();
  }

  /** The rounds of the checkpoints that have their marker, ascending; their bytes are not read. */
  public List<Long> rounds() {
    return places().stream()
        .filter(place -> !isHalfWritten(place))
        .map(Place::round)
        .distinct()
        .sorted()
        .toList();
  }

  /** Deletes all checkpoints, whole or not, and the directory if nothing else lies in it. */
  public void clear() {
    List<Place> places = places();
    places.forEach(place -> storage.delete(place.marker()));
    places.forEach(this::delete);
    storage.deleteEmptyDirectories(directory);
  }

  private Checkpoint read(Place place) {
    long bytes = storage.size(place.marker());
    if (bytes < 0) {
      throw new CheckpointDocument.DamagedException("it is half-written: it has no " + MARKER);
    }
    if (bytes > MAX_MARKER_BYTES) {
      throw new CheckpointDocument.DamagedException(MARKER + " has " + bytes + " bytes");
    }
    CheckpointDocument document =
        CheckpointDocument.read(storage.readBytes(place.marker()), place.marker());
    if (document.round() != place.round) {
      throw new CheckpointDocument.DamagedException(
          "its checkpoint.json is that of round " + document.round());
    }
    SortedMap<String, float[]> vectors = new TreeMap<>();
    document
        .vectors()
        .forEach((name, file) -> vectors.put(name, file.read(storage, place.path, MARKER)));
    return new Checkpoint(document.round(), document.stateObject(), vectors);
  }

  private boolean isHalfWritten(Place place) {
    return storage.size(place.marker()) < 0;
  }

  /** Newest first; what is not called like a checkpoint is none of the store's business. */
  private List<Place> places() {
    return storage.names(directory).stream()
        .map(DIRECTORY::matcher)
        .filter(Matcher::matches)
        .map(
            name -> new Place(Storage.join(directory, name.group()), Long.parseLong(name.group(1))))
        .sorted(Place.NEWEST_FIRST)
        .toList();
  }

  private void delete(Place place) {
    storage.delete(place.marker());
    storage.delete(place.path);
  }
}
