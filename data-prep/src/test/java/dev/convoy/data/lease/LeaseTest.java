package dev.convoy.data.lease;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.TestSpark;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run directory has one driver at a time. */
class LeaseTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Instant NOON = HandClock.NOON;

  @TempDir private Path run;
  private final HandClock clock = new HandClock();

  /** Its thread does nothing within a test: tests renew by hand. */
  private final Lease.Timing timing = new Lease.Timing(clock, MINUTE, MINUTE.minusMillis(1));

  private Lease take() {
    return Lease.take(
        TestSpark.storage(), run.toString(), Lease.Subject.run(run.toString()), timing);
  }

  private LeaseHolder self() {
    return LeaseHolder.self(clock.instant(), MINUTE);
  }

  private LeaseHolder elsewhere() {
    LeaseHolder self = self();
    return new LeaseHolder(
        self.id(), "anna", "node-7", "", 4711, Optional.empty(), self.since(), self.until());
  }

  /** As this process would write it, with another process in it. */
  private LeaseHolder here(long pid, Optional<Instant> started) {
    LeaseHolder self = self();
    return new LeaseHolder(
        self.id(),
        self.user(),
        self.host(),
        self.machine(),
        pid,
        started,
        self.since(),
        self.until());
  }

  private void put(long number, LeaseHolder holder) throws IOException {
    Files.write(run.resolve(String.format("lease-%08d.json", number)), holder.json());
  }

  private List<String> files() {
    return TestSpark.storage().names(run.toString());
  }

  private void assertRefused(LeaseHolder holder, String until) {
    assertThatThrownBy(this::take)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot use the run directory "
                + run
                + ": it has a driver, "
                + holder.user()
                + "@"
                + holder.host()
                + " (process "
                + holder.pid()
                + ", since 2026-07-01T12:00:00Z), whose lease runs until "
                + until
                + " and is renewed while that driver runs (wait for it or stop it; if it"
                + " has died,"
                + " try again after that time; or choose another --output)");
  }

  private static void assertLost(Lease lease, String message) {
    for (int time = 0; time < 2; time++) {
      assertThatThrownBy(lease::requireHeld)
          .isInstanceOf(JobFailedException.class)
          .hasMessage(message);
    }
  }

  @Test
  void theSecondIsRefusedAndTheHolderNamed() {
    try (Lease lease = take()) {
      assertRefused(self(), "2026-07-01T12:01:00Z");
      lease.requireHeld();
      assertThat(files()).containsExactly("lease-00000001.json");
    }
    assertThat(run).isEmptyDirectory();
    take().close();
  }

  @Test
  void theFileNamesTheHolder() throws IOException {
    try (Lease lease = take()) {
      String text = Files.readString(run.resolve("lease-00000001.json"));
      LeaseHolder found = LeaseHolder.parse(text.getBytes(UTF_8), "lease").orElseThrow();
      assertThat(found).usingRecursiveComparison().ignoringFields("id").isEqualTo(self());
      assertThat(found.pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(found.until()).isEqualTo(NOON.plus(MINUTE));
      lease.requireHeld();
    }
    assertThat(Lease.isOwn("lease-00000001.json")).isTrue();
    assertThat(Lease.isOwn("lease-1.json")).isFalse();
    assertThat(Lease.isOwn("x/lease-00000001.json")).isFalse();
  }

  @Test
  void anAbsentDirectoryIsMade() {
    String absent = run.resolve("a/b").toString();
    try (Lease lease = Lease.take(TestSpark.storage(), absent, Lease.Subject.run(absent), timing)) {
      lease.requireHeld();
      assertThat(run.resolve("a/b/lease-00000001.json")).exists();
    }
  }

  @Test
  void aRenewedLeaseOutlivesItsFirstEnd() {
    try (Lease lease = take()) {
      for (int renewal = 0; renewal < 4; renewal++) {
        clock.advance(Duration.ofSeconds(15));
        lease.renew();
      }
      assertThat(files()).containsExactly("lease-00000005.json");
      assertRefused(self(), "2026-07-01T12:02:00Z");
      lease.requireHeld();
    }
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void anotherHostIsWaitedForUntilItsLeaseHasEnded() throws IOException {
    LeaseHolder other = elsewhere();
    put(7, other);
    assertRefused(other, "2026-07-01T12:01:00Z");
    clock.advance(MINUTE.minusMillis(1));
    assertRefused(other, "2026-07-01T12:01:00Z");
    clock.advance(Duration.ofMillis(1));
    try (Lease lease = take()) {
      lease.requireHeld();
      assertThat(files()).containsExactly("lease-00000008.json");
    }
  }

  @Test
  void aDeadProcessOfThisMachineIsTakenOverAtOnce() throws Exception {
    Process child = new ProcessBuilder("true").start();
    Optional<Instant> started = child.info().startInstant();
    child.waitFor();
    put(3, here(child.pid(), started));
    try (Lease lease = take()) {
      lease.requireHeld();
      assertThat(files()).containsExactly("lease-00000004.json");
    }
  }

  @Test
  void whatADriverLeftThatWasKilledWhileItRenewedGoesWithTheNextLease() throws Exception {
    String left = ".lease-00000001.json.3f0c1a52-9a83-4a2f-8a5e-0d6c3b6f7a10";
    Files.createFile(run.resolve(left));
    try (Lease lease = take()) {
      lease.requireHeld();
      assertThat(files()).containsExactlyInAnyOrder(left, "lease-00000001.json");
    }
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void aLiveProcessOfThisMachineIsRefused() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    try {
      LeaseHolder other = here(child.pid(), child.info().startInstant());
      put(3, other);
      assertRefused(other, "2026-07-01T12:01:00Z");
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void aProcessIdThatHasBeenUsedAgainIsADeadProcess() throws IOException {
    ProcessHandle self = ProcessHandle.current();
    put(1, here(self.pid(), self.info().startInstant().map(time -> time.minusSeconds(3600))));
    take().close();
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void whatCannotBeSeenFromHereIsNotTakenForDead() throws Exception {
    Process child = new ProcessBuilder("true").start();
    child.waitFor();
    LeaseHolder dead = here(child.pid(), Optional.empty());
    for (int field = 0; field < 3; field++) {
      LeaseHolder other =
          new LeaseHolder(
              dead.id(),
              field == 0 ? "another user" : dead.user(),
              field == 1 ? "another host" : dead.host(),
              field == 2 ? "another namespace" : dead.machine(),
              dead.pid(),
              dead.started(),
              dead.since(),
              dead.until());
      put(1, other);
      assertRefused(other, "2026-07-01T12:01:00Z");
    }
  }

  @Test
  void aDamagedLeaseIsTakenOver() throws IOException {
    List<String> texts =
        List.of(
            "",
            "{",
            "null",
            "{}",
            "{\"id\": \"x\"}",
            new String(elsewhere().json(), UTF_8).replace("Z\"", "\""));
    for (int number = 0; number < texts.size(); number++) {
      Files.writeString(run.resolve("lease-0000000" + (4 + number) + ".json"), texts.get(number));
    }
    try (Lease lease = take()) {
      lease.requireHeld();
      assertThat(files()).containsExactly("lease-00000010.json");
    }
  }

  @Test
  void whoeverHasLostTheLeaseLearnsOfIt() {
    Lease slow = take();
    clock.advance(MINUTE);
    try (Lease successor = take()) {
      assertThat(files()).containsExactly("lease-00000002.json");
      slow.renew();
      assertLost(
          slow,
          "Cannot continue the run "
              + run
              + ": another driver has taken over the run: "
              + self().describe()
              + "; this one's lease ended at 2026-07-01T12:01:00Z");
      slow.close();
      successor.requireHeld();
      assertThat(files()).containsExactly("lease-00000002.json");
    }
  }

  @Test
  void aLeaseThatIsGoneIsLostForGood() throws IOException {
    try (Lease lease = take()) {
      Files.delete(run.resolve("lease-00000001.json"));
      String message =
          "Cannot continue the run "
              + run
              + ": its lease is gone: another driver has taken over the run and ended, or somebody"
              + " has deleted it (the same command resumes the run)";
      assertLost(lease, message);
      lease.renew();
      assertLost(lease, message);
      assertThat(run).isEmptyDirectory();
    }
  }

  @Test
  void aFileWithAnotherHolderInItIsNotOnesOwn() throws IOException {
    try (Lease lease = take()) {
      put(1, elsewhere());
      assertLost(
          lease,
          "Cannot continue the run "
              + run
              + ": another driver has taken over the run: anna@node-7 (process 4711, since"
              + " 2026-07-01T12:00:00Z); this one's lease ended at 2026-07-01T12:01:00Z");
    }
    assertThat(files()).containsExactly("lease-00000001.json");
  }

  @Test
  void aDriverThatSleptGoesOnWhereNobodyHasTakenOver() {
    try (Lease lease = take()) {
      clock.advance(Duration.ofHours(8));
      lease.requireHeld();
      assertThat(files()).containsExactly("lease-00000002.json");
      LeaseHolder self = LeaseHolder.self(NOON, MINUTE);
      assertRefused(self, "2026-07-01T20:01:00Z");
    }
  }

  @Test
  void aLeaseThatCannotBeRenewedInTimeIsNotHeld() {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.file.impl", FullDisk.class, RawLocalFileSystem.class);
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    try (Lease lease =
        Lease.take(
            new Storage(hadoop), run.toString(), Lease.Subject.run(run.toString()), timing)) {
      hadoop.setBoolean(FullDisk.FULL, true);
      clock.advance(MINUTE.dividedBy(2));
      lease.renew();
      lease.requireHeld();
      clock.advance(MINUTE.dividedBy(2));
      lease.renew();
      assertLost(
          lease,
          "Cannot continue the run "
              + run
              + ": its lease could not be renewed in time: Cannot create "
              + run
              + "/lease-00000002.json: No space left on device (the same command resumes the run)");
    }
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void aClosedLeaseIsNotAsked() {
    Lease lease = take();
    lease.close();
    lease.close();
    lease.renew();
    assertThatThrownBy(lease::requireHeld)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The lease of " + run + " is closed");
    assertThat(run).isEmptyDirectory();
  }

  /** Its thread would renew no more. */
  @Test
  void aRenewalThatFailsInAnyWayIsFollowedByTheNext() {
    try (Lease lease = take()) {
      clock.advance(Duration.ofSeconds(30));
      clock.fail(Optional.of(new IllegalStateException("no time")));
      lease.renew();
      clock.fail(Optional.empty());
      assertThat(files()).containsExactly("lease-00000001.json");
      lease.renew();
      assertThat(files()).containsExactly("lease-00000002.json");
      lease.requireHeld();
    }
  }

  @Test
  void aRenewalMustComeBeforeTheEnd() {
    assertThatThrownBy(() -> new Lease.Timing(clock, MINUTE, MINUTE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid validity: PT1M (must be longer than the renewal, PT1M)");
    assertThatThrownBy(() -> new Lease.Timing(clock, MINUTE, Duration.ZERO))
        .hasMessage("Invalid renewal in milliseconds: 0 (must be at least 1)");
  }

  /** A local disk on which no file can be created once it is full. */
  static final class FullDisk extends RawLocalFileSystem {
    static final String FULL = "test.full";

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path file,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      if (getConf().getBoolean(FULL, false)) {
        throw new IOException("No space left on device");
      }
      return super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    }
  }
}
