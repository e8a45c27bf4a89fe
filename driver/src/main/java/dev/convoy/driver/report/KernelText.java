package dev.convoy.driver.report;

import dev.convoy.worker.engine.LayerKernel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The kernels of a network's layers, in one line. */
public final class KernelText {
  private KernelText() {}

  /**
   * Returns, for example, {@code oneDNN for all layers}, or each kernel with its layers and the
   * reason.
   */
  public static String describe(List<LayerKernel> kernels) {
    Map<String, List<LayerKernel>> groups =
        kernels.stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.kernel() + "\n" + one.reason(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return groups.values().stream()
        .map(group -> describe(group, groups.size() == 1))
        .collect(Collectors.joining("; "));
  }

  private static String describe(List<LayerKernel> group, boolean all) {
    String layers =
        all
            ? "all layers"
            : group.stream().map(LayerKernel::layer).collect(Collectors.joining(", "));
    String reason = group.get(0).reason();
    return group.get(0).kernel() + " for " + layers + (reason.isEmpty() ? "" : " (" + reason + ")");
  }
}
