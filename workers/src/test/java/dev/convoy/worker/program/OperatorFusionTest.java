package dev.convoy.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sums and functions are done on the way, where nobody else needs what they are made of. */
class OperatorFusionTest {
  private static final String CONV = "{ conv { maps = 3, kernel = 3, padding = same } }";
  private static final String RELU =
      "{ conv { maps = 3, kernel = 3, padding = same, activation = relu } }";

  private static long sums(String... layers) {
    return Lowering.lower(TestNetworks.of(new ImageShape(8, 8, 3), 2, layers), Arithmetic.FLOAT32)
        .steps()
        .stream()
        .filter(Steps.Add.class::isInstance)
        .count();
  }

  private static List<String> kinds(String... layers) {
    return Lowering.lower(TestNetworks.of(new ImageShape(8, 8, 3), 2, layers), Arithmetic.FLOAT32)
        .steps()
        .stream()
        .map(step -> step.getClass().getSimpleName())
        .toList();
  }

  @Test
  void functionsAreAppliedByWhatComesBefore() {
    String tanh = "{ activation { function = tanh } }";
    String relu = "{ activation { function = relu } }";
    String norm = "{ norm { type = batch } }";
    assertThat(kinds(CONV, tanh)).containsExactly("LinearStep", "LinearStep");
    assertThat(kinds(CONV, norm, relu)).containsExactly("LinearStep", "Normalise", "LinearStep");
    assertThat(kinds(norm, relu, relu)).containsExactly("Normalise", "Apply", "LinearStep");
    assertThat(kinds(norm, tanh)).containsExactly("Normalise", "Apply", "LinearStep");
    assertThat(kinds(RELU, tanh)).containsExactly("LinearStep", "Apply", "LinearStep");
    assertThat(kinds(relu)).containsExactly("Apply", "LinearStep");
  }

  @Test
  void whatOthersTakeIsPutOutWithoutTheFunction() {
    String branches = "{ inception { branches = [ [], [ { activation { function = relu } } ] ] } }";
    assertThat(kinds(CONV, branches))
        .containsExactly("LinearStep", "Apply", "Concatenate", "LinearStep");
    assertThat(kinds("{ norm { type = batch } }", branches))
        .containsExactly("Normalise", "Apply", "Concatenate", "LinearStep");
  }

  private static String residual(String body, String projection) {
    return "{ residual { activation = relu, body = [ %s ], projection = [ %s ] } }"
        .formatted(body, projection);
  }

  @Test
  void theLastConvolutionOfEitherPathAdds() {
    assertThat(sums(CONV, residual(RELU + ", " + CONV, ""))).isZero();
    assertThat(sums(CONV, residual(RELU + ", " + CONV, ""), residual(CONV, CONV))).isZero();
    assertThat(sums(CONV, residual(RELU, CONV))).isZero();
  }

  @Test
  void theImageIsLeftAsItIs() {
    assertThat(sums(residual(CONV, ""))).isOne();
  }

  @Test
  void aConvolutionWithAFunctionPutsOutWhatItDid() {
    assertThat(sums(CONV, residual(RELU, ""))).isOne();
    assertThat(sums(CONV, residual(CONV, RELU))).isOne();
  }

  @Test
  void whatTheConvolutionItselfTakesIsNotOverwritten() {
    // The only convolution of the body reads what it would write to.
    assertThat(sums(RELU, residual("{ dropout { rate = 0.1 } }", ""))).isOne();
    assertThat(sums(RELU, residual(CONV, ""))).isOne();
  }

  @Test
  void whatLaterStepsTakeIsNotOverwritten() {
    String inner = residual(RELU + ", " + CONV, "");
    assertThat(sums(RELU, "{ inception { branches = [ [ " + inner + " ], [] ] } }")).isOne();
    assertThat(sums(RELU, "{ inception { branches = [ [], [ " + inner + " ] ] } }")).isOne();
  }
}
