package dev.convoy.data.lease;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.Checks;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * The contents of a lease file: its holder and its times, in ISO 8601. Unknown fields of a newer
 * Convoy are ignored.
 *
 * @param id random identifier, chosen by the holder
 * @param machine scope of the process id: boot id and process namespace on Linux, since containers
 *     may share a host's name; empty elsewhere
 * @param started start time of the process, if the system provides it
 * @param since time at which the holder took the lease
 * @param until expiry unless the lease is renewed
 */
record LeaseHolder(
    String id,
    String user,
    String host,
    String machine,
    long pid,
    Optional<Instant> started,
    Instant since,
    Instant until) {
  /** Tolerance for start times: they depend on the system clock, which may be adjusted. */
  private static final Duration SAME_START = Duration.ofMinutes(1);

  /** Returns a holder for this process, starting now. */
  static LeaseHolder self(Instant now, Duration validity) {
    ProcessHandle process = ProcessHandle.current();
    return new LeaseHolder(
        UUID.randomUUID().toString(),
        System.getProperty("user.name", "unknown"),
        hostName(),
        machineName(),
        process.pid(),
        process.info().startInstant(),
        now,
        now.plus(validity));
  }

  LeaseHolder until(Instant end) {
    return new LeaseHolder(id, user, host, machine, pid, started, since, end);
  }

  /** Returns whether the lease has expired or {@code self} can tell that its process has ended. */
  boolean isGone(LeaseHolder self, Instant now) {
    return !now.isBefore(until) || isDead(self);
  }

  /**
   * Returns whether the holder's process has ended; only known for processes of this user and
   * machine.
   */
  private boolean isDead(LeaseHolder self) {
    if (!host.equals(self.host) || !machine.equals(self.machine) || !user.equals(self.user)) {
      return false;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return true;
    }
    Optional<Instant> found = process.get().info().startInstant();
    return found.isPresent()
        && started.isPresent()
        && Duration.between(started.get(), found.get()).abs().compareTo(SAME_START) > 0;
  }

  String describe() {
    return user + "@" + host + " (process " + pid + ", since " + seconds(since) + ")";
  }

  static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  byte[] json() {
    var document = Json.object();
    document.put("id", id);
    document.put("user", user);
    document.put("host", host);
    document.put("machine", machine);
    document.put("pid", pid);
    started.ifPresent(time -> document.put("started", time.toString()));
    document.put("since", since.toString());
    document.put("until", until.toString());
    return Json.pretty(document).getBytes(StandardCharsets.UTF_8);
  }

  /** Parses a lease file; returns empty if it is damaged or not yet complete. */
  static Optional<LeaseHolder> parse(byte[] bytes, String path) {
    try {
      JsonNode document = Json.readTree(new String(bytes, StandardCharsets.UTF_8), path);
      return Optional.of(
          new LeaseHolder(
              text(document, "id"),
              text(document, "user"),
              text(document, "host"),
              document.path("machine").asText(),
              Checks.atLeast(1, document.path("pid").asLong(), "pid"),
              Optional.ofNullable(document.get("started"))
                  .map(time -> Instant.parse(time.asText())),
              Instant.parse(text(document, "since")),
              Instant.parse(text(document, "until"))));
    } catch (Json.MalformedJsonException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String text(JsonNode document, String field) {
    return Checks.notBlank(document.path(field).asText(), field);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static String machineName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }
}
