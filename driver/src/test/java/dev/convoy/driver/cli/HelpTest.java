package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The help of every command, 80 columns wide. */
class HelpTest {
  static List<CommandLine> commands() {
    return Main.commandLine().getSubcommands().values().stream()
        .filter(command -> !command.getCommandName().equals("help"))
        .toList();
  }

  private static String help(CommandLine command) {
    return command.setUsageHelpAutoWidth(false).setUsageHelpWidth(80).getUsageMessage(Ansi.OFF);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whatIsRequiredStandsInTheSynopsisAndIsMarked(CommandLine command) {
    String help = help(command);
    String synopsis = help.lines().findFirst().orElseThrow();
    for (ArgSpec argument : command.getCommandSpec().requiredArgs()) {
      if (argument instanceof OptionSpec option) {
        assertThat(synopsis).contains(" " + option.longestName() + "=" + option.paramLabel());
        assertThat(help.lines())
            .anyMatch(line -> line.matches("\\* +" + option.longestName() + "=.*"));
        assertThat(help).contains("An asterisk (*) marks what is required.");
      } else {
        assertThat(synopsis).contains(" " + argument.paramLabel());
      }
    }
    assertThat(synopsis).hasSizeLessThanOrEqualTo(80);
  }

  /** What somebody may copy out of the help, such as a Maven package, is in one piece. */
  @ParameterizedTest
  @MethodSource("commands")
  void noWordIsBrokenByTheEndOfALine(CommandLine command) {
    String help = help(command);
    CommandSpec spec = command.getCommandSpec();
    Stream.concat(
            Arrays.stream(spec.usageMessage().description()),
            spec.args().stream().flatMap(argument -> Arrays.stream(argument.description())))
        .flatMap(text -> Arrays.stream(text.split("\\s+")))
        .filter(word -> !word.contains("-") || word.matches(".*[:/.].*\\w"))
        .forEach(word -> assertThat(help).contains(word));
  }
}
