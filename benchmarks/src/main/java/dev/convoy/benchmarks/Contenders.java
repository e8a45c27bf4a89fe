package dev.convoy.benchmarks;

import dev.convoy.benchmarks.ceiling.ConvolutionCeiling;
import dev.convoy.benchmarks.contender.ConvoyContender;
import dev.convoy.benchmarks.contender.Dl4jContender;
import dev.convoy.benchmarks.contender.StockContender;
import dev.convoy.benchmarks.libtorch.LibtorchContender;
import dev.convoy.benchmarks.onnxruntime.OnnxruntimeContender;
import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.engine.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.spark.api.RDDTrainingApproach;

/** The list of all contenders. */
final class Contenders {
  private static final Arrangement ONE_OF_ONE = new Arrangement(1, 1);
  private static final Arrangement ONE_OF_TWO = new Arrangement(1, 2);
  private static final Arrangement TWO_OF_ONE = new Arrangement(2, 1);

  private static final List<Contender> USUAL =
      List.of(
          ConvoyContender.float32(ONE_OF_TWO),
          ConvoyContender.float32(TWO_OF_ONE),
          new StockContender(RDDTrainingApproach.Direct),
          new StockContender(RDDTrainingApproach.Export),
          new Dl4jContender(ONE_OF_TWO),
          LibtorchContender.channelsLast(ONE_OF_TWO),
          LibtorchContender.channelsLast(TWO_OF_ONE),
          ConvoyContender.float32(ONE_OF_ONE),
          new Dl4jContender(ONE_OF_ONE),
          LibtorchContender.channelsLast(ONE_OF_ONE),
          new OnnxruntimeContender(ONE_OF_TWO),
          new OnnxruntimeContender(TWO_OF_ONE),
          new OnnxruntimeContender(ONE_OF_ONE),
          new ConvolutionCeiling(TWO_OF_ONE),
          new ConvolutionCeiling(ONE_OF_ONE));

  /** Measured by default where the CPU has instructions for their precision. */
  private static final List<Contender> BFLOAT16 =
      List.of(
          new ConvoyContender(ONE_OF_TWO, Precision.BFLOAT16),
          new ConvoyContender(TWO_OF_ONE, Precision.BFLOAT16),
          LibtorchContender.bfloat16(ONE_OF_TWO),
          LibtorchContender.bfloat16(TWO_OF_ONE),
          LibtorchContender.bfloat16(ONE_OF_ONE));

  private static final List<Contender> INT8 =
      List.of(
          new ConvoyContender(ONE_OF_TWO, Precision.INT8),
          new ConvoyContender(TWO_OF_ONE, Precision.INT8));

  private static final List<Contender> OTHERS =
      List.of(
          LibtorchContender.contiguous(ONE_OF_TWO),
          LibtorchContender.contiguous(TWO_OF_ONE),
          LibtorchContender.contiguous(ONE_OF_ONE));

  private Contenders() {}

  /** Returns the contenders that are measured by default, in the order of the table. */
  static List<Contender> defaults() {
    List<Contender> all = new ArrayList<>(USUAL);
    if (Precision.BFLOAT16.whySlow().isEmpty()) {
      all.addAll(BFLOAT16);
    }
    if (Precision.INT8.whySlow().isEmpty()) {
      all.addAll(INT8);
    }
    return all;
  }

  private static Stream<Contender> all() {
    return Stream.of(USUAL, BFLOAT16, INT8, OTHERS).flatMap(List::stream);
  }

  static String names() {
    return all().map(Contender::name).collect(Collectors.joining(", "));
  }

  /**
   * Returns the contender of that name.
   *
   * @throws InvalidRequestException naming all contenders
   */
  static Contender named(String name) {
    return all()
        .filter(contender -> contender.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "Cannot measure " + name + ": the contenders are " + names()));
  }
}
