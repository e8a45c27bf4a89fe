package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.driver.report.NetworkList;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.summary.NetworkSummary;
import org.junit.jupiter.api.Test;

/** What is told about the networks that have a name. */
class NetworkCatalogueTest {
  @Test
  void aPurposeIsTheFirstSentenceOfTheHeader() {
    assertThat(NetworkCatalogue.purpose("# Small: 2.5 times\n#  as fast. And more.\nlayers = []"))
        .isEqualTo("Small: 2.5 times as fast");
    assertThat(NetworkCatalogue.purpose("// One line\n\n# another")).isEqualTo("One line");
    assertThat(NetworkCatalogue.purpose("# Heading\n#\n# More.\n")).isEqualTo("Heading");
    assertThat(NetworkCatalogue.purpose("layers = [] # not. this\n")).isEmpty();
  }

  @Test
  void everyNetworkOfTheJarIsListedWithWhatItIsFor() {
    NetworkList list =
        new NetworkCatalogue(new ImageShape(28, 28, 1), 10)
            .list(network -> NetworkSummary.of(network, 1, Optimizer.Kind.SGD));
    assertThat(list.networks())
        .extracting(NetworkList.Entry::name)
        .contains("lenet", "mlp")
        .isSorted();
    assertThat(list.networks())
        .allSatisfy(entry -> assertThat(entry.purpose()).isNotBlank().hasSizeLessThan(110));
    assertThat(list.describe()).contains("857,738").contains("11,467,776");
  }
}
