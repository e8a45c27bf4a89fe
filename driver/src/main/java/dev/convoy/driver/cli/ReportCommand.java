package dev.convoy.driver.cli;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.runpage.ComparisonPage;
import dev.convoy.driver.runpage.RunPage;
import dev.convoy.driver.runpage.RunView;
import dev.convoy.driver.train.run.RunDirectory;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "report",
    description = {
      "Writes the page of a run anew, RUN/report.html, or a page that compares several runs.",
      "A run may be under way. Starts no Spark."
    })
final class ReportCommand extends ConvoyCommand {
  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description = "The directory of a run; several, to compare them.")
  private List<String> runs = List.of();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where the page is written (default: RUN/report.html; needed with several runs).")
  private String output = "";

  @Option(names = "--overwrite", description = "Replace an existing --output.")
  private boolean overwrite;

  @Override
  void run(Console console) {
    Problems problems = problems();
    Storage files = storage();
    List<RunView> views = new ArrayList<>();
    for (String run : runs) {
      try {
        views.add(RunView.read(files, run));
      } catch (InvalidRequestException e) {
        problems.add(e.getMessage());
      }
    }
    if (runs.size() > ComparisonPage.MOST_RUNS) {
      problems.add(
          runs.size() + " runs",
          "at most " + ComparisonPage.MOST_RUNS + " can be compared at once");
    }
    if (runs.size() > 1 && output.isEmpty()) {
      problems.add("--output", "must be given with several runs: the file of the comparison");
    }
    if (!output.isEmpty() && files.isDirectory(output)) {
      problems.add("--output " + output, "is a directory (give the name of a file)");
    } else if (!output.isEmpty() && !overwrite && files.exists(output)) {
      problems.add("--output " + output, "exists already (--overwrite replaces it)");
    }
    problems.refuseIfAny("Cannot report");
    views.forEach(view -> view.damage().forEach(fault -> console.warn(view.name() + ": " + fault)));
    String page = views.size() == 1 ? RunPage.of(views.get(0)) : ComparisonPage.of(views);
    String file = output.isEmpty() ? Storage.join(runs.get(0), RunDirectory.PAGE) : output;
    files.writeAtomically(file, page);
    console.result("Report: " + file, new Written(file));
  }

  /** What {@code --json} prints. */
  private record Written(String report) {}
}
