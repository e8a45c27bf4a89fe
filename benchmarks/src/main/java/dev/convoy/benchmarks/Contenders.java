package dev.convoy.benchmarks;

import dev.convoy.data.InvalidRequestException;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.spark.api.RDDTrainingApproach;

/** Every contender there is. */
final class Contenders {
  private static final List<Contender> ALL =
      List.of(
          new ConvoyContender(),
          new StockContender(RDDTrainingApproach.Direct),
          new StockContender(RDDTrainingApproach.Export));

  private Contenders() {}

  static List<Contender> all() {
    return ALL;
  }

  static String names() {
    return ALL.stream().map(Contender::name).collect(Collectors.joining(", "));
  }

  /**
   * The contender of that name.
   *
   * @throws InvalidRequestException naming all contenders
   */
  static Contender named(String name) {
    return ALL.stream()
        .filter(contender -> contender.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "Cannot measure " + name + ": the contenders are " + names()));
  }
}
