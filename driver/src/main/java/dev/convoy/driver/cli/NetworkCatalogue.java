package dev.convoy.driver.cli;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.driver.config.NetworkLocator;
import dev.convoy.driver.report.NetworkList;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.summary.NetworkSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The catalogue of named networks. */
final class NetworkCatalogue {
  /** Comments at the beginning, up to one that is empty. */
  private static final Pattern HEADER = Pattern.compile("\\A\\s*((?:(?:#|//)[ \\t]*\\S.*\\R)+)");

  private static final Pattern SENTENCE_END = Pattern.compile("\\.(?=\\s|$)");

  private final ImageShape images;
  private final int labels;

  /**
   * Creates a catalogue.
   *
   * @param images for networks that leave them open
   */
  NetworkCatalogue(ImageShape images, int labels) {
    this.images = images;
    this.labels = labels;
  }

  /**
   * Lists the networks.
   *
   * @throws InvalidRequestException if definitions have faults, with all of them
   */
  NetworkList list(Function<Network, NetworkSummary> summary) {
    Problems problems = new Problems();
    List<NetworkList.Entry> entries = new ArrayList<>();
    for (String name : NetworkLocator.names()) {
      try {
        NetworkDefinition definition = NetworkLocator.read(name);
        Network network = definition.inspectedOn(definition.input().like(images), labels);
        entries.add(
            NetworkList.Entry.of(purpose(NetworkLocator.text(name)), summary.apply(network)));
      } catch (InvalidRequestException e) {
        problems.add(e.getMessage());
      }
    }
    problems.refuseIfAny("Cannot list the networks");
    return new NetworkList(entries);
  }

  /**
   * Returns the first sentence of the comment at the beginning of a definition; empty without one.
   */
  static String purpose(String text) {
    Matcher header = HEADER.matcher(text);
    if (!header.find()) {
      return "";
    }
    String words =
        header.group(1).replaceAll("(?m)^\\s*(#|//)+", " ").replaceAll("\\s+", " ").strip();
    Matcher end = SENTENCE_END.matcher(words);
    return end.find() ? words.substring(0, end.start()) : words;
  }
}
