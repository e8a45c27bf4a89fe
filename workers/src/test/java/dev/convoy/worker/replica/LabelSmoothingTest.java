package dev.convoy.worker.replica;

import static dev.convoy.worker.TestNetworks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.Shard.PackedExample;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A softmax layer alone, whose step with smoothed labels is worked out by hand. */
class LabelSmoothingTest {
  private static final int LABELS = 3;
  private static final int PIXELS = TestNetworks.GREY.size();
  private static final List<PackedExample> EXAMPLES =
      TestNetworks.examples(TestNetworks.GREY, LABELS, 7, 1);
  private static final Shard SHARD = TestNetworks.shard(EXAMPLES, TestNetworks.GREY);

  private static Network softmax(String smoothing) {
    return NetworkReader.parse(
            "layers = [ { output { " + smoothing + " } } ]", "softmax", "softmax.conf")
        .on(TestNetworks.GREY, LABELS);
  }

  private static double pixel(PackedExample example, int at) {
    return TestNetworks.normalisation(1).table(0)[Byte.toUnsignedInt(example.image()[at])];
  }

  /** Weights of label l are at l·64 (Fortran order), biases last. */
  private static double[] probabilities(float[] parameters, PackedExample example) {
    double[] exponentials = new double[LABELS];
    double sum = 0;
    for (int label = 0; label < LABELS; label++) {
      double z = parameters[LABELS * PIXELS + label];
      for (int at = 0; at < PIXELS; at++) {
        z += parameters[label * PIXELS + at] * pixel(example, at);
      }
      exponentials[label] = Math.exp(z);
      sum += exponentials[label];
    }
    for (int label = 0; label < LABELS; label++) {
      exponentials[label] /= sum;
    }
    return exponentials;
  }

  @Test
  void aStepAndItsLossAreThoseAgainstTheSmoothedLabels() {
    double s = 0.15;
    double rate = 0.5;
    float[] start = TestNetworks.values(LABELS * PIXELS + LABELS, 0.1, 2);
    LocalRun run =
        new LocalRun(softmax("labelSmoothing = 0.15"), Optimizer.sgd(), 7, List.of(SHARD));
    run.parameters(start);
    RoundResult result = run.next(0, 0, List.of(rate)).get(0);

    double loss = 0;
    double[] expected = new double[start.length];
    for (int i = 0; i < start.length; i++) {
      expected[i] = start[i];
    }
    for (PackedExample example : EXAMPLES) {
      double[] p = probabilities(start, example);
      for (int label = 0; label < LABELS; label++) {
        double target = (1 - s) * (example.label() == label ? 1 : 0) + s / LABELS;
        loss -= target * Math.log(p[label]);
        double push = rate / EXAMPLES.size() * (target - p[label]);
        for (int at = 0; at < PIXELS; at++) {
          expected[label * PIXELS + at] += push * pixel(example, at);
        }
        expected[LABELS * PIXELS + label] += push;
      }
    }
    assertThat(result.lossSum()).isCloseTo(loss, within(1e-4));
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) run.parameters()[i]).as("" + i).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void noSmoothingIsNoChangeOfAnyBit() {
    int[][] after = new int[2][];
    for (int i = 0; i < 2; i++) {
      Network network = softmax(i == 0 ? "" : "labelSmoothing = 0");
      LocalRun run = new LocalRun(network, Optimizer.sgd(), 3, List.of(SHARD));
      run.epoch(0, 2, 0.1);
      after[i] = bits(run.parameters());
    }
    assertThat(after[1]).containsExactly(after[0]);
  }
}
