package dev.convoy.driver.monitor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.spark.ApplicationMetrics;
import dev.convoy.driver.html.HtmlPage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Serves the page of a run while it is under way, at {@code /}, and its metrics in Prometheus' text
 * format, at {@code /metrics}.
 */
final class WatchServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads;

  /**
   * Starts a server.
   *
   * @param page makes the page
   * @throws InvalidRequestException if it cannot listen there
   */
  WatchServer(WatchAddress address, Supplier<String> page, ApplicationMetrics metrics) {
    InetSocketAddress socket = new InetSocketAddress(address.host(), address.port());
    try {
      server = HttpServer.create(socket, 0);
    } catch (IOException | RuntimeException e) {
      throw new InvalidRequestException(
          "Cannot serve the page of the run at "
              + address.host()
              + ":"
              + address.port()
              + ": "
              + (socket.isUnresolved() ? "the host is not known" : e.getMessage())
              + " (give --watch another port, or 0 for any free one; a host must be a name or"
              + " address of this machine)",
          e);
    }
    threads =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, "convoy-watch");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", exchange -> serve(exchange, page, metrics));
    server.start();
  }

  /** Returns the address for a browser. */
  String address() {
    InetSocketAddress bound = server.getAddress();
    String host = bound.getAddress().isAnyLocalAddress() ? hostName() : bound.getHostString();
    return "http://" + host + ":" + bound.getPort() + "/";
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost"; // The machine does not know its own name.
    }
  }

  private static void serve(
      HttpExchange exchange, Supplier<String> page, ApplicationMetrics metrics) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        send(exchange, 405, "text/plain; charset=utf-8", "Only GET is answered here.\n");
        return;
      }
      switch (exchange.getRequestURI().getPath()) {
        case "/" -> send(exchange, 200, "text/html; charset=utf-8", page(page));
        case "/metrics" ->
            send(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", text(metrics.values()));
        default ->
            send(exchange, 404, "text/plain; charset=utf-8", "There are / and /metrics here.\n");
      }
    }
  }

  private static String page(Supplier<String> page) {
    try {
      return page.get();
    } catch (RuntimeException e) {
      return HtmlPage.live(
          "A run",
          "",
          html -> html.paragraph("The run is being prepared: its images are packed into shards."));
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String content)
      throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /**
   * Writes values in Prometheus' text format: {@code train.imagesPerSecond} becomes {@code
   * convoy_train_images_per_second}; counts, which are whole numbers, end in {@code _total}.
   */
  static String text(Map<String, Number> values) {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (name, value) -> {
          boolean isCount = value instanceof Long;
          String metric =
              ApplicationMetrics.SOURCE
                  + "_"
                  + name.replaceAll("([A-Z])", "_$1")
                      .toLowerCase(Locale.ROOT)
                      .replaceAll("[.-]", "_")
                  + (isCount ? "_total" : "");
          text.append("# TYPE ").append(metric).append(isCount ? " counter\n" : " gauge\n");
          text.append(metric).append(' ').append(number(value)).append('\n');
        });
    return text.toString();
  }

  private static String number(Number value) {
    double number = value.doubleValue();
    if (value instanceof Long) {
      return value.toString();
    }
    return Double.isInfinite(number) ? (number > 0 ? "+Inf" : "-Inf") : String.valueOf(number);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
