package dev.convoy.data.lease;

import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Storage;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The lease of a directory. Only the driver that holds it may write there.
 *
 * <p>A lease is a file {@code lease-00000001.json} with its holder and its expiry; the file with
 * the highest number is valid. Taking a lease, renewing it and taking over an expired one are the
 * same step: create the file of the next number if it does not exist ({@link
 * Storage#createExclusively}), read it back to check that it is this driver's, and delete the lower
 * ones. A lease is never rewritten, so a driver that was suspended past its expiry cannot overwrite
 * its successor's. If nobody has taken over, it continues.
 *
 * <p>A lease expires at its end, or at once if its holder was a process of the same user on this
 * machine that no longer exists. So a killed driver can be restarted immediately. The clocks of
 * machines that share a directory may differ by at most the time that a renewal may be late (45
 * seconds).
 *
 * <p>Exactly one of several drivers gets a lease, or none if several try at the same moment. On
 * local disks and HDFS creation is exclusive. Object stores have no exclusive creation: there the
 * name has the id of the holder, so no driver overwrites the lease of another, and a driver that
 * finds another's after it has written its own gives up. Of two drivers at least one finds the
 * other's, as the store lists every object that was written before (S3, Google's store and MinIO
 * do).
 */
public final class Lease implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Lease.class.getName());
  private static final int ATTEMPTS = 20;

  private final Subject subject;
  private final LeaseFiles files;
  private final Timing timing;
  private final ScheduledExecutorService renewals =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "convoy-lease");
            thread.setDaemon(true);
            return thread;
          });

  private LeaseHolder holder;
  private LeaseName name;

  /** The newest number for which no other driver was found after this one's lease was there. */
  private long confirmed;

  private SortedMap<LeaseName, Optional<LeaseHolder>> seen = new TreeMap<>();
  private Optional<String> lost = Optional.empty();
  private boolean closed;

  /**
   * Validity and renewal of leases.
   *
   * @param validity time from taking or renewing a lease to its end
   * @param renewal time from one renewal to the next; shorter
   */
  public record Timing(Clock clock, Duration validity, Duration renewal) {
    /** A validity of one minute, renewed every 15 seconds. */
    public static final Timing STANDARD =
        new Timing(Clock.systemUTC(), Duration.ofSeconds(60), Duration.ofSeconds(15));

    public Timing {
      Checks.atLeast(1, renewal.toMillis(), "renewal in milliseconds");
      Checks.that(
          validity.compareTo(renewal) > 0,
          "validity",
          validity + " (must be longer than the renewal, " + renewal + ")");
    }
  }

  /**
   * The subject of a lease in messages.
   *
   * @param kind a noun, such as {@code run}
   * @param path directory that messages name
   * @param remedy remedy after the lease was lost, without parentheses
   */
  public record Subject(String kind, String path, String remedy) {
    /** Returns the subject of a run. */
    public static Subject run(String directory) {
      return new Subject("run", directory, "the same command resumes the run");
    }
  }

  private Lease(
      Subject subject, LeaseFiles files, Timing timing, LeaseHolder holder, LeaseName name) {
    this.subject = subject;
    this.files = files;
    this.timing = timing;
    this.holder = holder;
    this.name = name;
    this.confirmed = name.number();
  }

  /** Returns whether a file is a lease, by its path relative to the run directory. */
  public static boolean isOwn(String relative) {
    return LeaseName.parse(relative).isPresent();
  }

  /**
   * Takes the lease of a directory, which is created if absent, and renews it until it is closed.
   *
   * @throws InvalidRequestException if another driver holds it, even in this process; it names the
   *     holder and the remedy
   */
  public static Lease take(Storage storage, String directory, Subject subject) {
    return take(storage, directory, subject, Timing.STANDARD);
  }

  /**
   * Returns a description of the driver that holds the lease of a directory, without changing
   * anything.
   */
  public static Optional<String> holder(Storage storage, String directory) {
    return found(storage, directory).map(LeaseHolder::describe);
  }

  /**
   * Returns the reason why a directory cannot be taken now, with the remedy; empty if nobody holds
   * its lease. Changes nothing.
   */
  static Optional<String> refusal(Storage storage, String directory) {
    return found(storage, directory).map(Lease::atWork);
  }

  private static Optional<LeaseHolder> found(Storage storage, String directory) {
    Timing timing = Timing.STANDARD;
    LeaseHolder self = LeaseHolder.self(timing.clock.instant(), timing.validity);
    return rival(new LeaseFiles(storage, directory).holders(), self, timing);
  }

  /** Takes a lease like {@link #take(Storage, String, Subject)}, but with the given timing. */
  public static Lease take(Storage storage, String directory, Subject subject, Timing timing) {
    LeaseFiles files = new LeaseFiles(storage, directory);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      LeaseHolder self = LeaseHolder.self(timing.clock.instant(), timing.validity);
      SortedMap<LeaseName, Optional<LeaseHolder>> before = files.holders();
      rival(before, self, timing)
          .ifPresent(
              rival -> {
                throw refusal(subject, rival);
              });
      LeaseName next = files.name(before.isEmpty() ? 1 : before.lastKey().number() + 1, self);
      if (!files.create(next, self)) {
        continue;
      }
      SortedMap<LeaseName, Optional<LeaseHolder>> after = files.holders();
      boolean own = isHeldBy(self, after.get(next));
      Optional<LeaseHolder> rival = rival(after, self, timing);
      if (rival.isPresent()) {
        // A rival took the lease between the check and the creation.
        if (own) {
          files.delete(List.of(next));
        }
        throw refusal(subject, rival.get());
      }
      if (own) {
        files.delete(below(next, after));
        Lease lease = new Lease(subject, files, timing, self, next);
        lease.start();
        return lease;
      }
    }
    throw new InvalidRequestException(
        "Cannot use the "
            + subject.kind
            + " directory "
            + subject.path
            + ": other drivers take its lease again and again (find out which drivers start"
            + " there, and try again)");
  }

  /**
   * Checks that this driver still holds the lease. Call this before writing to the directory.
   *
   * @throws JobFailedException if another driver has taken over, if the lease was deleted, or if it
   *     has expired and cannot be renewed
   */
  public synchronized void requireHeld() {
    if (closed) {
      throw new IllegalStateException("The lease of " + subject.path + " is closed");
    }
    try {
      if (lost.isEmpty() && refresh() && hasEnded()) {
        advance();
      }
    } catch (UncheckedIOException e) {
      throw new JobFailedException(
          cannotGoOn()
              + "its lease "
              + (hasEnded() ? "could not be renewed in time: " : "could not be checked: ")
              + e.getMessage()
              + remedy(),
          e);
    }
    lost.ifPresent(
        reason -> {
          throw new JobFailedException(cannotGoOn() + reason);
        });
    if (hasEnded()) {
      throw new JobFailedException(
          cannotGoOn() + "its lease could not be renewed in time" + remedy());
    }
  }

  /**
   * Releases the lease, so that the next driver need not wait. A failure of the file system is
   * logged instead of thrown, because the result of the run matters more.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    renewals.shutdown();
    try {
      if (lost.isEmpty() && refresh()) {
        files.deletePartsBelow(name.number() + 1);
        files.delete(List.of(name));
      }
    } catch (UncheckedIOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The lease of "
              + subject.path
              + " could not be deleted: "
              + e.getMessage()
              + " (other machines can write there from "
              + LeaseHolder.seconds(holder.until().plusMillis(999))
              + " on, and this one as soon as this process has ended)");
    }
  }

  /** Renews the lease; called periodically by the renewal thread. */
  synchronized void renew() {
    try {
      if (!closed && lost.isEmpty() && refresh()) {
        advance();
      }
    } catch (RuntimeException e) {
      // An exception would end all renewals. The next one tries again, and requireHeld throws if
      // the lease expires meanwhile.
    }
  }

  private void start() {
    long millis = timing.renewal.toMillis();
    Future<?> unused =
        renewals.scheduleWithFixedDelay(this::renew, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Creates the lease of the next number, and deletes older ones if it is held. */
  private void advance() {
    files.create(
        files.name(name.number() + 1, holder),
        holder.until(timing.clock.instant().plus(timing.validity)));
    if (refresh()) {
      files.delete(below(name, seen));
    }
  }

  /** Returns the leases that one replaces: all others up to its number. */
  private static List<LeaseName> below(
      LeaseName name, SortedMap<LeaseName, Optional<LeaseHolder>> found) {
    return found.keySet().stream()
        .filter(other -> other.number() <= name.number() && !other.equals(name))
        .toList();
  }

  /**
   * Reads the newest lease and returns whether it is this driver's; otherwise the lease is lost for
   * good.
   */
  private boolean refresh() {
    seen = files.holders();
    if (seen.isEmpty()) {
      lost =
          Optional.of(
              "its lease is gone: another driver has taken over the "
                  + subject.kind
                  + " and ended, or somebody has deleted it"
                  + remedy());
      return false;
    }
    List<LeaseName> own =
        seen.keySet().stream().filter(each -> isHeldBy(holder, seen.get(each))).toList();
    Optional<LeaseName> newest = own.stream().reduce((lower, higher) -> higher);
    Optional<LeaseHolder> successor = newest.flatMap(this::successor);
    if (newest.isEmpty()
        || seen.lastKey().number() > newest.get().number()
        || successor.isPresent()) {
      lost =
          Optional.of(
              "another driver has taken over the "
                  + subject.kind
                  + successor
                      .or(() -> seen.get(seen.lastKey()))
                      .map(other -> ": " + other.describe())
                      .orElse("")
                  + "; this one's lease ended at "
                  + LeaseHolder.seconds(holder.until()));
      files.delete(own);
      return false;
    }
    name = newest.get();
    confirmed = name.number();
    holder = seen.get(name).orElseThrow();
    return true;
  }

  /**
   * Returns the holder of a lease that replaces one of this driver: a newer one, or one of the same
   * number if this driver's was not confirmed yet. After that a driver that writes the same number
   * finds this one's, and gives up.
   */
  private Optional<LeaseHolder> successor(LeaseName own) {
    long first = own.number() > confirmed ? own.number() : own.number() + 1;
    return rival(seen.tailMap(new LeaseName(first, "")), holder, timing);
  }

  private boolean hasEnded() {
    return !timing.clock.instant().isBefore(holder.until());
  }

  private String cannotGoOn() {
    return "Cannot continue the " + subject.kind + " " + subject.path + ": ";
  }

  private String remedy() {
    return " (" + subject.remedy + ")";
  }

  private static boolean isHeldBy(LeaseHolder holder, Optional<LeaseHolder> found) {
    return found != null && found.filter(other -> other.id().equals(holder.id())).isPresent();
  }

  /**
   * Returns the other holder of an unexpired lease; of several, the one with the highest number.
   */
  private static Optional<LeaseHolder> rival(
      SortedMap<LeaseName, Optional<LeaseHolder>> found, LeaseHolder self, Timing timing) {
    Instant now = timing.clock.instant();
    return found.values().stream()
        .flatMap(Optional::stream)
        .filter(other -> !other.id().equals(self.id()) && !other.isGone(self, now))
        .reduce((lower, higher) -> higher);
  }

  private static InvalidRequestException refusal(Subject subject, LeaseHolder rival) {
    return new InvalidRequestException(
        "Cannot use the " + subject.kind + " directory " + subject.path + ": " + atWork(rival));
  }

  private static String atWork(LeaseHolder rival) {
    return "it has a driver, "
        + rival.describe()
        + ", whose lease runs until "
        + LeaseHolder.seconds(rival.until().plusMillis(999))
        + " and is renewed while that driver runs (wait for it or stop it; if it has died, try"
        + " again after that time; or choose another --output)";
  }
}
