package dev.convoy.worker.export;

import static dev.convoy.worker.export.OnnxGraph.attribute;

import dev.convoy.data.dataset.Normalisation;
import dev.convoy.worker.export.ExportReport.Port;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelQuantization;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.inference.InferenceForm;
import dev.convoy.worker.program.Programs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import onnx.Onnx;
import onnx.Onnx.AttributeProto;

/**
 * Converts a model to an ONNX file: the forward pass of scoring, {@code input} to {@code
 * probabilities}.
 *
 * <p>Labels, normalisation and accepted images are JSON metadata of the file under names that begin
 * with {@code convoy.}.
 */
public final class OnnxModel {
  /**
   * Version of the operator set: the lowest that the documentation promises, for the most readers.
   */
  public static final int OPSET = 13;

  /** The first bytes of every file: the version of the format, 7, and the producer. */
  static final String MARK = "\b\7\22\6Convoy";

  /** The version of the format that came with opset 13. */
  private static final int IR_VERSION = 7;

  private final Model model;
  private final OnnxGraph graph;

  private OnnxModel(Model model) {
    this.model = model;
    this.graph = new OnnxGraph(model.network().name());
  }

  /**
   * Converts a model.
   *
   * @param convoy version of Convoy
   */
  static Onnx.ModelProto convert(Model model, InputPixels pixels, String convoy) {
    Onnx.ModelProto.Builder file =
        Onnx.ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("Convoy")
            .setProducerVersion(convoy)
            .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(
                new OnnxModel(model.quantization().isPresent() ? folded(model) : model)
                    .graph(pixels));
    Ports.description(model, pixels)
        .forEach(
            (name, value) ->
                file.addMetadataProps(
                    Onnx.StringStringEntryProto.newBuilder()
                        .setKey("convoy." + name)
                        .setValue(value.toString())));
    return file.build();
  }

  /** Returns a quantized model in the form of scoring, of whose layers the ranges are. */
  private static Model folded(Model model) {
    InferenceForm form = InferenceForm.fold(model.network(), model.tensors(), model.parameters());
    return new Model(
            form.network(),
            model.labels(),
            model.normalisation(),
            form.tensors(),
            form.parameters(),
            model.provenance())
        .quantized(model.quantization().orElseThrow());
  }

  /** Returns the input of the file's network. */
  static Port input(Model model, InputPixels pixels) {
    return Ports.images(model, pixels == InputPixels.BYTES ? "uint8" : "float32");
  }

  /** Returns the output of the file's network. */
  static Port output(Model model) {
    return Ports.probabilities(model, OnnxLayers.PROBABILITIES);
  }

  private Onnx.GraphProto graph(InputPixels pixels) {
    graph.input(input(model, pixels));
    graph.output(output(model));
    OnnxLayers layers =
        new OnnxLayers(graph, model.network(), new StoredTensors(model), integers());
    String images = pixels == InputPixels.BYTES ? normalised() : Ports.INPUT;
    List<String> values = new ArrayList<>();
    for (Node node : model.network().nodes()) {
      List<String> inputs =
          node.inputs().stream()
              .map(input -> input == Node.IMAGE ? images : values.get(input))
              .toList();
      values.add(layers.add(node, inputs));
    }
    return graph.build();
  }

  private Optional<OnnxIntegers> integers() {
    return model
        .quantization()
        .map(ModelQuantization::values)
        .map(
            values ->
                new OnnxIntegers(
                    graph,
                    model.network(),
                    values,
                    Set.copyOf(Programs.integerLayers(model.network(), values))));
  }

  /**
   * Adds {@link Normalisation} of bytes {@code p}: {@code (p − 255·mean) / (255·std)} for each
   * channel, or that of each image by itself.
   */
  private String normalised() {
    String floats =
        graph.add(
            "Cast",
            Ports.INPUT + ".float",
            List.of(Ports.INPUT),
            attribute("to", Onnx.TensorProto.DataType.FLOAT_VALUE));
    return model.normalisation().isPerImage() ? perImage(floats) : perChannel(floats);
  }

  /** Adds {@code (p − m) / max(s, 1 / √n)}; n is taken from the input, whose size may be open. */
  private String perImage(String floats) {
    String name = Ports.INPUT;
    AttributeProto axes = attribute("axes", List.of(1L, 2L, 3L));
    String mean = graph.add("ReduceMean", name + ".mean", List.of(floats), axes);
    String centred = graph.add("Sub", name + ".centred", List.of(floats, mean));
    String square = graph.add("Mul", name + ".square", List.of(centred, centred));
    String variance = graph.add("ReduceMean", name + ".variance", List.of(square), axes);
    String deviation = graph.add("Sqrt", name + ".deviation", List.of(variance));
    String shape = graph.add("Shape", name + ".shape", List.of(floats));
    String extents =
        graph.add(
            "Slice",
            name + ".extents",
            List.of(shape, graph.constant(name + ".one", 1), graph.constant(name + ".four", 4)));
    String count = graph.add("ReduceProd", name + ".count", List.of(extents));
    String n =
        graph.add(
            "Cast",
            name + ".n",
            List.of(count),
            attribute("to", Onnx.TensorProto.DataType.FLOAT_VALUE));
    String root = graph.add("Sqrt", name + ".root", List.of(n));
    String least = graph.add("Reciprocal", name + ".least", List.of(root));
    String divisor = graph.add("Max", name + ".divisor", List.of(deviation, least));
    return graph.add("Div", name + ".normalised", List.of(centred, divisor));
  }

  private String perChannel(String floats) {
    Normalisation normalisation = model.normalisation();
    int channels = normalisation.mean().size();
    float[] means = new float[channels];
    float[] divisors = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      double std = normalisation.std().get(channel);
      means[channel] = (float) (255 * normalisation.mean().get(channel));
      divisors[channel] = (float) (255 * (std == 0 ? 1 : std));
    }
    long[] shape = {1, channels, 1, 1};
    String mean = graph.constant(Ports.INPUT + ".mean", means, shape);
    String std = graph.constant(Ports.INPUT + ".std", divisors, shape);
    String centred = graph.add("Sub", Ports.INPUT + ".centred", List.of(floats, mean));
    return graph.add("Div", Ports.INPUT + ".normalised", List.of(centred, std));
  }
}
