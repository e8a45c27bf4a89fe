package dev.convoy.driver.runpage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.report.Guessing;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.run.MetricsLines;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.driver.train.run.RunHistory;
import dev.convoy.driver.train.run.RunRecord;
import dev.convoy.driver.train.run.Suspects;
import dev.convoy.driver.train.run.ValidationRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;

/**
 * Everything that a page shows of a run, read from its directory.
 *
 * @param name name of its directory
 * @param run its plan and progress
 * @param history what has happened
 * @param validation the newest scores of the validation split
 * @param suspects training images with suspicious labels
 * @param report of the run if it is finished
 * @param unreadable sentences on files that cannot be read
 */
public record RunView(
    String name,
    RunRecord run,
    RunHistory history,
    Optional<ValidationRecord> validation,
    Optional<Suspects> suspects,
    Optional<TrainReport> report,
    List<String> unreadable) {

  /** What a run does. */
  public enum State {
    FINISHED,
    RUNNING,
    /** It was stopped or its driver has ended; the same command continues it. */
    STOPPED,
    /** It has ended with a failure. */
    FAILED
  }

  /**
   * Reads a run, which may be under way.
   *
   * @throws InvalidRequestException if the directory holds no run
   */
  public static RunView read(Storage storage, String directory) {
    requireRun(storage, directory);
    return read(storage, directory, MetricsLines.read(storage, directory));
  }

  private static void requireRun(Storage storage, String directory) {
    if (!RunRecord.isRun(storage, directory)) {
      throw new InvalidRequestException(
          "Cannot report on "
              + directory
              + ": it holds no run (give the directory that train --output has written)");
    }
  }

  /** Reads a run whose log has been read. */
  public static RunView read(Storage storage, String directory, MetricsLines log) {
    List<String> unreadable = new ArrayList<>();
    return new RunView(
        new Path(directory).getName(),
        RunRecord.read(storage, directory, log),
        RunHistory.of(log),
        attempt(() -> ValidationRecord.read(storage, directory), unreadable),
        attempt(() -> Suspects.read(storage, directory), unreadable),
        RunDirectory.reportOf(storage, directory),
        unreadable);
  }

  /** Reads a file of which the page can do without; a fault is told. */
  private static <T> Optional<T> attempt(Supplier<Optional<T>> read, List<String> unreadable) {
    try {
      return read.get();
    } catch (Json.MalformedJsonException e) {
      unreadable.add(e.getMessage() + " (its part of the page is left out)");
      return Optional.empty();
    }
  }

  /** Returns what is damaged of the files of the run, in sentences. */
  public List<String> damage() {
    List<String> damage = new ArrayList<>(unreadable);
    if (history.unreadable() > 0) {
      damage.add(
          history.unreadable()
              + (history.unreadable() == 1 ? " line" : " lines")
              + " of metrics.jsonl cannot be read, and so the curves and numbers here lack them");
    }
    int epochs = history.epochs().size();
    if (report.isPresent() && report.get().epochs() != epochs) {
      damage.add(
          "metrics.jsonl has "
              + epochs
              + " of the "
              + report.get().epochs()
              + " epochs of report.json: it is damaged, and the curves and numbers here lack the"
              + " others");
    }
    return damage;
  }

  public State state() {
    if (report.isPresent()) {
      return State.FINISHED;
    }
    Optional<RunHistory.Event> last = lastStartOrEnd();
    if (last.isPresent() && last.get().kind().equals("end")) {
      return last.get().line().path("why").asText().equals("stopped")
          ? State.STOPPED
          : State.FAILED;
    }
    return run.driver().isPresent() ? State.RUNNING : State.STOPPED;
  }

  /** Returns how the run has failed, in a sentence. */
  public Optional<String> failure() {
    return state() == State.FAILED
        ? lastStartOrEnd().map(end -> end.line().path("text").asText())
        : Optional.empty();
  }

  private Optional<RunHistory.Event> lastStartOrEnd() {
    return history.events().stream()
        .filter(event -> event.kind().equals("start") || event.kind().equals("end"))
        .reduce((earlier, later) -> later);
  }

  /** The plan as it stands in {@code plan.json}. */
  public JsonNode plan() {
    return run.description().path("plan");
  }

  public int labels() {
    return run.network().labels();
  }

  /** Returns sentences of the newest start of the run. */
  public List<String> notes(String field) {
    List<RunHistory.Event> starts = history.events("start");
    if (starts.isEmpty()) {
      return List.of();
    }
    List<String> notes = new ArrayList<>();
    starts.get(starts.size() - 1).line().path(field).forEach(note -> notes.add(note.asText()));
    return notes;
  }

  /** Returns what guessing reaches on the validation split, as far as there are scores of it. */
  public Guessing guessing() {
    Long[] examples = new Long[labels()];
    Arrays.fill(examples, 0L);
    validation.ifPresent(
        scores ->
            scores.confusion().forEach(count -> examples[count.actual()] += count.examples()));
    return new Guessing(labels(), List.of(examples));
  }
}
