package dev.convoy.worker.export;

import dev.convoy.data.source.DebianPackage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import onnx.Onnx;

/**
 * One published case of an ONNX operator: a model of one node, its inputs, and what comes out.
 *
 * @param name folder of the case, {@code node/test_relu}
 * @param inputs in the order of the node; those that are not float have no values
 * @param output the node's first
 */
record OnnxCase(String name, Onnx.NodeProto node, List<Tensor> inputs, Tensor output) {
  private static final DebianPackage PACKAGE =
      new DebianPackage("libonnx-testdata", "usr/share/libonnx-testdata/data");

  /** The cases of Debian's package, installed or downloaded; empty where it cannot be had. */
  static final Optional<Path> ALL =
      PACKAGE.installed().or(() -> PACKAGE.unpacked(DebianPackage.userCache()));

  /** A tensor, row-major; {@code values} is empty unless it is float. */
  record Tensor(List<Long> shape, FloatBuffer values, boolean isFloat) {
    static Tensor of(Onnx.TensorProto tensor) {
      boolean isFloat = tensor.getDataType() == Onnx.TensorProto.DataType.FLOAT;
      FloatBuffer values = FloatBuffer.allocate(0);
      if (isFloat && tensor.getFloatDataCount() > 0) {
        values = FloatBuffer.allocate(tensor.getFloatDataCount());
        tensor.getFloatDataList().forEach(values::put);
        values.flip();
      } else if (isFloat) {
        values =
            tensor
                .getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
      }
      return new Tensor(tensor.getDimsList(), values, isFloat);
    }

    float[] toArray() {
      float[] array = new float[values.remaining()];
      values.duplicate().get(array);
      return array;
    }

    int extent(int axis) {
      return Math.toIntExact(shape.get(axis));
    }
  }

  /** Every case of one of these operators, by name. */
  static List<OnnxCase> of(List<String> operators) {
    List<OnnxCase> cases = new ArrayList<>();
    try (Stream<Path> models =
        Files.find(ALL.orElseThrow(), 3, (path, type) -> path.endsWith("model.onnx"))) {
      for (Path model : models.sorted().toList()) {
        Path folder = model.getParent();
        if (!folder.getParent().endsWith("real")) {
          read(folder).filter(one -> operators.contains(one.operator())).ifPresent(cases::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cases;
  }

  private static Optional<OnnxCase> read(Path folder) throws IOException {
    Onnx.GraphProto graph;
    try (InputStream in = Files.newInputStream(folder.resolve("model.onnx"))) {
      graph = Onnx.ModelProto.parseFrom(in).getGraph();
    }
    if (graph.getNodeCount() != 1) {
      return Optional.empty();
    }
    Map<String, Onnx.TensorProto> values = new HashMap<>();
    graph.getInitializerList().forEach(tensor -> values.put(tensor.getName(), tensor));
    Path data = folder.resolve("test_data_set_0");
    int number = 0;
    for (Onnx.ValueInfoProto input : graph.getInputList()) {
      if (!values.containsKey(input.getName())
          && input.getType().getValueCase() == Onnx.TypeProto.ValueCase.TENSOR_TYPE) {
        values.put(input.getName(), tensor(data.resolve("input_" + number++ + ".pb")));
      }
    }
    Onnx.NodeProto node = graph.getNode(0);
    if (!values.keySet().containsAll(node.getInputList())) {
      return Optional.empty();
    }
    return Optional.of(
        new OnnxCase(
            folder.getParent().getFileName() + "/" + folder.getFileName(),
            node,
            node.getInputList().stream().map(values::get).map(Tensor::of).toList(),
            Tensor.of(tensor(data.resolve("output_0.pb")))));
  }

  private static Onnx.TensorProto tensor(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Onnx.TensorProto.parseFrom(in);
    }
  }

  String operator() {
    return node.getOpType();
  }

  private Optional<Onnx.AttributeProto> attribute(String name) {
    return node.getAttributeList().stream().filter(one -> one.getName().equals(name)).findFirst();
  }

  long whole(String attribute, long otherwise) {
    return attribute(attribute).map(Onnx.AttributeProto::getI).orElse(otherwise);
  }

  double number(String attribute, double otherwise) {
    return attribute(attribute)
        .map(Onnx.AttributeProto::getF)
        .map(Float::doubleValue)
        .orElse(otherwise);
  }

  String word(String attribute, String otherwise) {
    return attribute(attribute).map(one -> one.getS().toStringUtf8()).orElse(otherwise);
  }

  List<Long> wholes(String attribute, List<Long> otherwise) {
    return attribute(attribute).map(Onnx.AttributeProto::getIntsList).orElse(otherwise);
  }

  Tensor image() {
    return inputs.get(0);
  }
}
