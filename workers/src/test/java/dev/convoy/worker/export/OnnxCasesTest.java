package dev.convoy.worker.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Convoy's layers give the outputs that the ONNX standard publishes for its operators. The cases
 * are those of Debian's package libonnx-testdata 1.12; it has none for LpPool, which {@link
 * LpPoolTest} holds against onnxruntime.
 */
class OnnxCasesTest {
  private static final List<String> OPERATORS =
      List.of(
          "Conv",
          "MaxPool",
          "AveragePool",
          "LpPool",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "GlobalLpPool",
          "BatchNormalization",
          "LRN",
          "Relu",
          "LeakyRelu",
          "Elu",
          "Sigmoid",
          "Tanh",
          "Softplus");

  /** Every case of these operators that is not compared, and why. */
  private static final Map<String, String> NOT_COVERED =
      notCovered(
          """
          node/test_averagepool_1d_default: 1-D
          node/test_averagepool_2d_ceil: counts positions that lie partly beyond the padding
          node/test_averagepool_2d_pads_count_include_pad: the average counts the padding
          node/test_averagepool_2d_precomputed_pads_count_include_pad: the average counts the padding
          node/test_averagepool_2d_same_lower: a pool with more padding above than below
          node/test_averagepool_3d_default: 3-D
          node/test_elu: elu of another alpha than 1
          node/test_elu_example: elu of another alpha than 1
          node/test_leakyrelu: leaky-relu of another slope than 0.01
          node/test_leakyrelu_example: leaky-relu of another slope than 0.01
          node/test_maxpool_1d_default: 1-D
          node/test_maxpool_2d_ceil: counts positions that lie partly beyond the padding
          node/test_maxpool_2d_dilations: a pool with dilation
          node/test_maxpool_2d_same_lower: a pool with more padding above than below
          node/test_maxpool_2d_uint8: not of float values
          node/test_maxpool_3d_default: 3-D
          pytorch-converted/test_AvgPool3d: 3-D
          pytorch-converted/test_AvgPool3d_stride: 3-D
          pytorch-converted/test_AvgPool3d_stride1_pad0_gpu_input: 3-D
          pytorch-converted/test_Conv1d: 1-D
          pytorch-converted/test_Conv1d_dilated: 1-D
          pytorch-converted/test_Conv1d_groups: 1-D
          pytorch-converted/test_Conv1d_pad1: 1-D
          pytorch-converted/test_Conv1d_pad1size1: 1-D
          pytorch-converted/test_Conv1d_pad2: 1-D
          pytorch-converted/test_Conv1d_pad2size1: 1-D
          pytorch-converted/test_Conv1d_stride: 1-D
          pytorch-converted/test_Conv2d_groups: groups of several maps
          pytorch-converted/test_Conv2d_groups_thnn: groups of several maps
          pytorch-converted/test_Conv3d: 3-D
          pytorch-converted/test_Conv3d_dilated: 3-D
          pytorch-converted/test_Conv3d_dilated_strided: 3-D
          pytorch-converted/test_Conv3d_groups: 3-D
          pytorch-converted/test_Conv3d_no_bias: 3-D
          pytorch-converted/test_Conv3d_stride: 3-D
          pytorch-converted/test_Conv3d_stride_padding: 3-D
          pytorch-converted/test_ELU: elu of another alpha than 1
          pytorch-converted/test_LeakyReLU_with_negval: leaky-relu of another slope than 0.01
          pytorch-converted/test_MaxPool1d: 1-D
          pytorch-converted/test_MaxPool1d_stride: 1-D
          pytorch-converted/test_MaxPool1d_stride_padding_dilation: 1-D
          pytorch-converted/test_MaxPool2d_stride_padding_dilation: a pool with dilation
          pytorch-converted/test_MaxPool3d: 3-D
          pytorch-converted/test_MaxPool3d_stride: 3-D
          pytorch-converted/test_MaxPool3d_stride_padding: 3-D
          pytorch-operator/test_operator_maxpool: 1-D
          """);

  private static Map<String, String> notCovered(String lines) {
    return lines
        .lines()
        .map(line -> line.split(": "))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }

  @BeforeEach
  void theCasesAreInstalled() {
    requireCases();
  }

  private static void requireCases() {
    assumeTrue(
        OnnxCase.ALL.isPresent(),
        "skipped: Debian's package libonnx-testdata, which has the ONNX operator cases, is not"
            + " installed and cannot be downloaded (apt-get install libonnx-testdata)");
  }

  @TestFactory
  Stream<DynamicTest> layersGiveThePublishedOutputs() {
    requireCases();
    return OnnxCase.of(OPERATORS).stream()
        .filter(one -> CaseTranslation.whyNot(one).isEmpty())
        .map(one -> dynamicTest(one.name(), () -> givesThePublishedOutput(one)));
  }

  private static void givesThePublishedOutput(OnnxCase one) {
    float[] expected = one.output().toArray();
    float[] computed = CaseTranslation.computed(one);
    assertThat(computed).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) computed[i])
          .as("value %d", i)
          .isCloseTo(expected[i], within(1e-5 * Math.max(1, Math.abs(expected[i]))));
    }
  }

  @Test
  void whatIsNotComparedIsToldByName() {
    Map<String, String> notCovered = new TreeMap<>();
    for (OnnxCase one : OnnxCase.of(OPERATORS)) {
      CaseTranslation.whyNot(one).ifPresent(reason -> notCovered.put(one.name(), reason));
    }
    assertThat(notCovered).containsExactlyInAnyOrderEntriesOf(NOT_COVERED);
  }

  @Test
  void everyOperatorThatThePackageKnowsIsCompared() {
    Map<String, Long> compared =
        OnnxCase.of(OPERATORS).stream()
            .filter(one -> CaseTranslation.whyNot(one).isEmpty())
            .collect(
                Collectors.groupingBy(OnnxCase::operator, TreeMap::new, Collectors.counting()));
    assertThat(compared.keySet())
        .containsExactlyInAnyOrderElementsOf(
            OPERATORS.stream().filter(operator -> !operator.endsWith("LpPool")).toList());
    assertThat(compared).containsEntry("Conv", 16L).containsEntry("BatchNormalization", 9L);
  }
}
