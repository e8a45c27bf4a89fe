package dev.convoy.benchmarks.strategies;

import static dev.convoy.benchmarks.contender.ConvoyCommand.number;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.benchmarks.contender.ConvoyCommand;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/** Trains with one strategy, with every number of replicas and every seed. */
final class StrategyRun {
  private StrategyRun() {}

  /**
   * Task of a process.
   *
   * @param dataset directory of a prepared dataset
   * @param options options of the command {@code train} that all strategies have
   * @param seeds runs for each number of replicas, with the seeds 1, 2, …
   * @param scratch directory for temporary files
   */
  record Task(
      Strategy strategy,
      String master,
      String dataset,
      List<String> options,
      List<Integer> replicas,
      int seeds,
      String scratch) {}

  /**
   * Result of one training.
   *
   * @param options options of the command {@code train}, without its directories
   * @param rounds number of rounds
   * @param sentBytes bytes sent by all replicas in the whole run
   * @param loss mean training loss of the last epoch
   * @param validation validation accuracy
   * @param accuracy accuracy on the test split
   * @param failure message of a failed training, whose figures are 0
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Result(
      Strategy strategy,
      List<String> options,
      int replicas,
      long seed,
      long rounds,
      long sentBytes,
      double loss,
      double validation,
      double accuracy,
      String failure) {}

  /** The results of a task. */
  record Results(List<Result> results) {}

  /**
   * Runs the task and ends the JVM.
   *
   * @param args the file of the task, and the file for its results, both JSON
   */
  public static void main(String[] args) {
    try {
      Task task = Json.read(Files.readString(Path.of(args[0])), Task.class, args[0]);
      List<Result> results = new ArrayList<>();
      for (int replicas : task.replicas) {
        for (int seed = 1; seed <= task.seeds; seed++) {
          results.add(run(task, replicas, seed));
        }
      }
      Files.writeString(Path.of(args[1]), Json.pretty(new Results(results)));
    } catch (Throwable e) {
      // Every throwable, including linkage errors, must be reported, and the JVM must end.
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  private static Result run(Task task, int replicas, long seed) {
    Path run = Path.of(task.scratch, "run");
    List<String> options =
        Stream.of(
                List.of("--network=" + task.strategy.network()),
                task.options,
                task.strategy.options(),
                List.of("--replicas=" + replicas, "--seed=" + seed))
            .flatMap(List::stream)
            .toList();
    try {
      JsonNode trained =
          ConvoyCommand.run(
              "train",
              Stream.concat(
                      Stream.of(
                          "--master=" + task.master,
                          "--data=" + task.dataset,
                          "--output=" + run,
                          "--overwrite"),
                      options.stream())
                  .toList());
      JsonNode evaluated =
          ConvoyCommand.run(
              "evaluate",
              List.of(
                  "--master=" + task.master,
                  "--model=" + run.resolve("model"),
                  "--data=" + task.dataset,
                  "--split=test"));
      return new Result(
          task.strategy,
          options,
          replicas,
          seed,
          (long) number(trained, "rounds"),
          ConvoyCommand.rounds(run).stream()
              .mapToLong(round -> (long) number(round, "bytes"))
              .sum(),
          number(trained, "loss"),
          number(trained, "validationAccuracy"),
          number(evaluated, "accuracy"),
          null);
    } catch (JobFailedException e) {
      return new Result(task.strategy, options, replicas, seed, 0, 0, 0, 0, 0, e.getMessage());
    } finally {
      FileUtils.deleteQuietly(run.toFile());
    }
  }
}
