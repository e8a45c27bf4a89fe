package dev.convoy.worker.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Network;
import org.junit.jupiter.api.Test;

/** What a network takes, and how much of it at once. */
class AcceptedSizesTest {
  private static final ImageShape TRAINED = new ImageShape(8, 8, 1);
  private static final Network ANY = TestNetworks.anySize(TRAINED, 3);

  @Test
  void theSizeTrainedOnAndAllThatFitTheLayersAreTaken() {
    AcceptedSizes sizes = new AcceptedSizes(ANY, 16);
    for (ImageShape shape :
        new ImageShape[] {TRAINED, new ImageShape(5, 5, 1), new ImageShape(7, 300, 1)}) {
      assertThat(sizes.refusal(shape)).as("%s", shape).isEmpty();
      assertThat(sizes.refusalOfDataset(shape)).as("%s", shape).isEmpty();
    }
  }

  @Test
  void anImageThatIsTooSmallIsRefusedInOneLineWithItsLayer() {
    String refusal = new AcceptedSizes(ANY, 16).refusal(new ImageShape(4, 9, 1)).orElseThrow();
    assertThat(refusal)
        .startsWith("Cannot use network small on 4×9×1 images with 3 labels: ")
        .contains("conv2", "is larger than its input (2×7)")
        .doesNotContain("\n");
    assertThatThrownBy(() -> new AcceptedSizes(ANY, 16).batch(new ImageShape(4, 9, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid images: " + refusal);
  }

  @Test
  void ofSeveralFaultsAllStandInTheLine() {
    // A kernel of three rows twice, on an image of one.
    Network branched =
        TestNetworks.anySize(
            TRAINED,
            3,
            "{ inception { branches = [ [ { conv { maps = 2, kernel = 3 } } ],"
                + " [ { conv { maps = 2, kernel = 3 } } ] ] } }");
    assertThat(new AcceptedSizes(branched, 1).refusal(new ImageShape(1, 8, 1)).orElseThrow())
        .startsWith("Cannot use network small on 1×8×1 images with 3 labels: 2 problems; ")
        .contains("; conv1: cannot take 1×8×1", "; conv2: cannot take 1×8×1")
        .doesNotContain("\n");
  }

  @Test
  void anAxisThatIsFixedMustMatch() {
    Network wide =
        TestNetworks.parsed(
            TRAINED,
            3,
            "input { width = any }",
            "{ conv { maps = 2, kernel = 3 } }",
            "{ global-pool { type = average } }");
    AcceptedSizes sizes = new AcceptedSizes(wide, 4);
    assertThat(sizes.refusal(new ImageShape(8, 30, 1))).isEmpty();
    assertThat(sizes.refusal(new ImageShape(9, 30, 1)))
        .contains(
            "the model takes images 8 pixels high, of any width, with 1 channel and the image is 9×30×1: scale it to 8×30×1, or leave"
                + " out --fit none");
    assertThat(sizes.refusalOfDataset(new ImageShape(9, 30, 3)))
        .contains(
            "the model takes images 8 pixels high, of any width, with 1 channel and the dataset has 9×30×3 (prepare it with --size 8x30"
                + " --channels 1)");
  }

  @Test
  void aNetworkOfOneSizeTakesNoOther() {
    AcceptedSizes sizes = new AcceptedSizes(TestNetworks.lenet(), 4);
    assertThat(sizes.refusal(TestNetworks.GREY)).isEmpty();
    assertThat(sizes.refusal(new ImageShape(8, 9, 1)))
        .contains(
            "the model takes 8×8×1 images and the image is 8×9×1: scale it to 8×8×1, or leave"
                + " out --fit none");
  }

  @Test
  void fewerImagesGoAtOnceWhereTheirActivationsAreMore() {
    // Values of one image: h·w, 4 maps of (h−2)·(w−2), 6 of half of that less 1 each way, rounded
    // up; 6 after pooling, 3 labels. At 8×8: 64 + 144 + 24 + 9 = 241.
    AcceptedSizes sizes = new AcceptedSizes(ANY, 100);
    assertThat(sizes.batch(TRAINED)).isEqualTo(100);
    assertThat(sizes.batch(new ImageShape(5, 5, 1))).as("never more").isEqualTo(100);
    // At 16×16: 256 + 784 + 216 + 9 = 1265; 100·241/1265 = 19.05.
    assertThat(sizes.batch(new ImageShape(16, 16, 1))).isEqualTo(19);
    assertThat(sizes.batch(new ImageShape(300, 300, 1))).isEqualTo(1);
    assertThat(new AcceptedSizes(ANY, 1).batch(new ImageShape(5, 5, 1))).isEqualTo(1);
  }

  @Test
  void anImageOfMoreThanAGibibyteOfActivationsIsRefused() {
    assertThat(new AcceptedSizes(ANY, 100).refusal(new ImageShape(8000, 8000, 1)))
        .contains(
            "an image of 8000×8000×1 needs 1,586 MiB of activations, and at most 1,024 MiB are"
                + " allowed: scale it down, or leave out --fit none");
    Network large = TestNetworks.anySize(new ImageShape(8000, 8000, 1), 3);
    AcceptedSizes sizes = new AcceptedSizes(large, 2);
    assertThat(sizes.refusal(large.input())).as("what it trained on is always taken").isEmpty();
    assertThat(sizes.refusal(new ImageShape(8000, 8001, 1))).isPresent();
  }

  @Test
  void thousandsOfSizesAreJudgedAsOneIs() {
    AcceptedSizes sizes = new AcceptedSizes(ANY, 100);
    for (int height = 1; height <= 60; height++) {
      for (int width = 1; width <= 40; width++) {
        ImageShape shape = new ImageShape(height, width, 1);
        assertThat(sizes.refusal(shape).isEmpty()).isEqualTo(height >= 5 && width >= 5);
      }
    }
    assertThat(sizes.batch(new ImageShape(16, 16, 1))).isEqualTo(19);
  }
}
