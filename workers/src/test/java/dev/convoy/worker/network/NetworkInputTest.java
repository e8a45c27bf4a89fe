package dev.convoy.worker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkInputTest {
  private static final InputSize ANY = InputSize.ANY;
  private static final InputSize DATASET = InputSize.DATASET;

  private static String words(InputSize height, InputSize width, InputSize channels) {
    return new NetworkInput(height, width, channels).words();
  }

  @Test
  void theImagesAreToldInWords() {
    InputSize eight = InputSize.of(8);
    InputSize three = InputSize.of(3);
    assertThat(
            List.of(
                words(ANY, ANY, three),
                words(ANY, ANY, InputSize.of(1)),
                words(ANY, ANY, DATASET),
                words(eight, ANY, three),
                words(ANY, eight, three),
                words(eight, DATASET, three),
                words(DATASET, DATASET, DATASET),
                words(eight, InputSize.of(9), three)))
        .containsExactly(
            "images of any size with 3 channels",
            "images of any size with 1 channel",
            "images of any size with the channels of the dataset",
            "images 8 pixels high, of any width, with 3 channels",
            "images of any height, 8 pixels wide, with 3 channels",
            "images 8 pixels high, of the width of the dataset, with 3 channels",
            "images of the size of the dataset with the channels of the dataset",
            "8×9×3 images");
  }
}
