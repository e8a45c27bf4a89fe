package dev.convoy.worker.export;

import dev.convoy.data.io.Json;
import dev.convoy.worker.export.ExportReport.Port;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.TensorSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes a model as a zip for DL4J's {@code ModelSerializer.restoreComputationGraph}, without any
 * class of Convoy. The network takes normalised images. The zip has one entry that DL4J does not
 * read, {@value #DESCRIPTION}: labels, normalisation, and the images that the network accepts.
 */
public final class Dl4jZip {
  /** The first entry, which DL4J ignores. */
  static final String DESCRIPTION = "convoy.json";

  /** Number of bytes of a zip before the name of its first entry. */
  static final int MARK_OFFSET = 30;

  /** The time of every entry, so that equal models give equal files. */
  private static final LocalDateTime TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  private Dl4jZip() {}

  /** Returns the bytes of the file. */
  static byte[] write(Model model) {
    try {
      ByteArrayOutputStream dl4j = new ByteArrayOutputStream();
      ModelSerializer.writeModel(graph(model), dl4j, false);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(bytes);
          ZipInputStream entries = new ZipInputStream(asInput(dl4j))) {
        zip.putNextEntry(entry(DESCRIPTION));
        String description = Json.pretty(Ports.description(model, InputPixels.NORMALISED));
        zip.write(description.getBytes(StandardCharsets.UTF_8));
        for (ZipEntry entry = entries.getNextEntry();
            entry != null;
            entry = entries.getNextEntry()) {
          zip.putNextEntry(entry(entry.getName()));
          entries.transferTo(zip);
        }
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the model as DL4J does", e);
    }
  }

  private static ByteArrayInputStream asInput(ByteArrayOutputStream bytes) {
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    return entry;
  }

  /** Builds the plain graph with the model's parameters in its own layout. */
  private static ComputationGraph graph(Model model) {
    ComputationGraph graph = new ComputationGraph(GraphBuilder.plain(model.network()));
    graph.init();
    StoredTensors stored = new StoredTensors(model);
    long set = 0;
    for (TensorSpec spec : model.tensors()) {
      INDArray parameter = graph.getLayer(spec.layer()).getParam(spec.parameter());
      long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
      try (INDArray values = Nd4j.create(stored.stored(spec), shape, spec.order().charAt(0))) {
        parameter.assign(values);
      }
      set += spec.length();
    }
    if (set != graph.numParams()) {
      throw new IllegalStateException(
          "DL4J's network has " + graph.numParams() + " parameters and the model " + set);
    }
    return graph;
  }

  /** Returns the input of the file's network. */
  static Port input(Model model) {
    return Ports.images(model, "float32");
  }

  /** Returns the output of the file's network. */
  static Port output(Model model) {
    List<Node> nodes = model.network().nodes();
    return Ports.probabilities(model, nodes.get(nodes.size() - 1).name());
  }
}
