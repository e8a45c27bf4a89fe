package dev.convoy.driver.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.spark.ApplicationMetrics;
import dev.convoy.driver.TestSpark;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.Test;

class WatchServerTest {
  private static final WatchAddress ANY_PORT = new WatchAddress(WatchAddress.LOOPBACK, 0);

  private static HttpResponse<String> ask(String method, String address)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void everyRequestGetsThePageAsItIsNow() throws IOException, InterruptedException {
    AtomicInteger version = new AtomicInteger();
    ApplicationMetrics metrics = ApplicationMetrics.of(TestSpark.session().sparkContext());
    try (WatchServer server =
        new WatchServer(ANY_PORT, () -> "page " + version.incrementAndGet(), metrics)) {
      assertThat(server.address()).startsWith("http://127.0.0.1:");
      HttpResponse<String> first = ask("GET", server.address());
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(first.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
      assertThat(first.body()).isEqualTo("page 1");
      assertThat(ask("GET", server.address()).body()).isEqualTo("page 2");
      assertThat(ask("POST", server.address()).statusCode()).isEqualTo(405);
      assertThat(ask("GET", server.address() + "etc/passwd").statusCode()).isEqualTo(404);
    }
  }

  /** The text format 0.0.4 of Prometheus: a type line and a sample for each metric. */
  @Test
  void metricsAreInPrometheusFormat() throws IOException, InterruptedException {
    ApplicationMetrics metrics = ApplicationMetrics.of(TestSpark.session().sparkContext());
    metrics.set("watchTest.imagesPerSecond", 12.5);
    metrics.count("watchTest.alarms.dead-units", 2);
    metrics.count("watchTest.alarms.dead-units", 1);
    try (WatchServer server = new WatchServer(ANY_PORT, () -> "", metrics)) {
      HttpResponse<String> answer = ask("GET", server.address() + "metrics");
      assertThat(answer.headers().firstValue("Content-Type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      assertThat(answer.body())
          .contains(
              """
              # TYPE convoy_watch_test_images_per_second gauge
              convoy_watch_test_images_per_second 12.5
              """)
          .contains(
              """
              # TYPE convoy_watch_test_alarms_dead_units_total counter
              convoy_watch_test_alarms_dead_units_total 3
              """);
      assertThat(answer.body().lines())
          .allMatch(
              line ->
                  line.matches(
                      "# TYPE [a-z_]+ (gauge|counter)|[a-z_]+ (NaN|[+-]?[0-9.E-]+|[+-]Inf)"));
    }
    Map<String, Number> special =
        new TreeMap<>(Map.of("a", Double.NaN, "b", Double.POSITIVE_INFINITY));
    assertThat(WatchServer.text(special)).contains("convoy_a NaN\n", "convoy_b +Inf\n");
  }

  /** Spark's sinks read the registries of all sources. */
  @Test
  void sparkKnowsTheSource() {
    ApplicationMetrics metrics = ApplicationMetrics.of(TestSpark.session().sparkContext());
    metrics.set("watchTest.loss", 0.5);
    var sources = SparkEnv.get().metricsSystem().getSourcesByName(ApplicationMetrics.SOURCE);
    assertThat(sources.size()).isEqualTo(1);
    assertThat(sources.apply(0).metricRegistry().getGauges().get("watchTest.loss").getValue())
        .isEqualTo(0.5);
  }

  @Test
  void anAddressThatIsTakenIsRefused() {
    ApplicationMetrics metrics = ApplicationMetrics.of(TestSpark.session().sparkContext());
    try (WatchServer server = new WatchServer(ANY_PORT, () -> "", metrics)) {
      int port = URI.create(server.address()).getPort();
      WatchAddress taken = new WatchAddress(WatchAddress.LOOPBACK, port);
      assertThatThrownBy(() -> new WatchServer(taken, () -> "", metrics).close())
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageStartingWith("Cannot serve the page of the run at 127.0.0.1:" + port)
          .hasMessageContaining("--watch");
    }
  }

  @Test
  void addressesArePortsWithOrWithoutAHost() {
    assertThat(WatchAddress.of("8080")).isEqualTo(new WatchAddress("127.0.0.1", 8080));
    assertThat(WatchAddress.of("0.0.0.0:0")).isEqualTo(new WatchAddress("0.0.0.0", 0));
    for (String wrong : new String[] {"", "x", "70000", ":80", "-1", "host:"}) {
      assertThatThrownBy(() -> WatchAddress.of(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("HOST:PORT");
    }
  }
}
