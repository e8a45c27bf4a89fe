package dev.convoy.driver.cli;

import dev.convoy.data.spark.SparkProcess;
import dev.convoy.driver.HeapMemory;
import dev.convoy.driver.Versions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Convoy's command line. Exit status: 0 done, 1 the job failed, 2 the request was wrong. */
@Command(
    name = "convoy",
    description = {
      "Trains convolutional networks on Apache Spark, by averaging the parameters of replicas.",
      ""
    },
    footer = {
      "",
      "convoy COMMAND --help shows the options of a command.",
      "Exit status: 0 done, 1 the job failed, 2 the request was wrong."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionText.class,
    subcommands = {
      QuickstartCommand.class,
      PrepareCommand.class,
      InspectCommand.class,
      PlanCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      ScoreCommand.class,
      QuantizeCommand.class,
      ExportCommand.class,
      ExplainCommand.class,
      ReportCommand.class,
      DoctorCommand.class,
      HelpCommand.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs a command and ends the JVM with its exit status. */
  public static void main(String[] args) throws Exception {
    // The progress bar and other libraries write numbers in the default locale.
    Locale.setDefault(Locale.ROOT);
    HeapMemory.endProcessWhenExhausted(Failures.FAILED);
    StandardOutput output = StandardOutput.install();
    SparkProcess.exit(output.exitStatus(execute(args)));
  }

  /** Runs a command; returns its exit status. */
  public static int execute(String... args) {
    CommandLine commandLine = commandLine();
    Failures failures = new Failures();
    commandLine.setParameterExceptionHandler(failures).setExecutionExceptionHandler(failures);
    try {
      return commandLine.execute(commandFirst(args));
    } catch (Error e) {
      return failures.report(e, List.of(args).contains("--verbose"));
    }
  }

  /** Moves common options from before the command's name to after it. */
  static String[] commandFirst(String... args) {
    CommandSpec common = CommandSpec.forAnnotatedObject(new CommonOptions());
    int at = 0;
    while (at < args.length) {
      OptionSpec option = common.findOption(args[at].replaceFirst("=.*", ""));
      if (option == null) {
        break;
      }
      at += option.arity().max() == 0 || args[at].contains("=") ? 1 : 2;
    }
    if (at == 0 || at >= args.length) {
      return args;
    }
    List<String> moved = new ArrayList<>(List.of(args).subList(at, args.length));
    moved.addAll(1, List.of(args).subList(0, at));
    return moved.toArray(String[]::new);
  }

  /** Returns the command line with its commands and all of their options. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.getSubcommands().forEach(Main::describe);
    return commandLine.setUsageHelpAutoWidth(true);
  }

  private static void describe(String name, CommandLine command) {
    KeyOptions.add(command.getCommandSpec());
    command.getCommandSpec().usageMessage().sortOptions(false).abbreviateSynopsis(true);
    if (!name.equals("help")) {
      markRequired(command.getCommandSpec());
      command
          .getCommandSpec()
          .addOption(
              OptionSpec.builder("-h", "--help")
                  .usageHelp(true)
                  .description("Show this help.")
                  .build());
    }
  }

  /** Shows required options in the synopsis and marks them in the list of options. */
  private static void markRequired(CommandSpec command) {
    List<String> synopsis = new ArrayList<>(List.of("convoy", command.name()));
    command.requiredArgs().stream()
        .map(
            argument ->
                argument instanceof OptionSpec option
                    ? option.longestName() + "=" + option.paramLabel()
                    : argument.paramLabel())
        .forEach(synopsis::add);
    synopsis.add("[OPTIONS]");
    command.positionalParameters().stream()
        .filter(argument -> !argument.required())
        .forEach(argument -> synopsis.add("[" + argument.paramLabel() + "]"));
    command.usageMessage().customSynopsis(String.join(" ", synopsis));
    if (!command.requiredArgs().isEmpty()) {
      List<String> description = new ArrayList<>(List.of(command.usageMessage().description()));
      description.add("An asterisk (*) marks what is required.");
      command
          .usageMessage()
          .requiredOptionMarker('*')
          .description(description.toArray(String[]::new));
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** The versions of Convoy and its main dependencies. */
  static final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "Convoy " + Versions.convoy(),
        "Spark " + org.apache.spark.package$.MODULE$.SPARK_VERSION(),
        "Deeplearning4j " + Versions.dl4j(),
        "Java " + System.getProperty("java.version")
      };
    }
  }
}
