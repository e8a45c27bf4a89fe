package dev.convoy.worker.export;

import dev.convoy.worker.export.ExportReport.Axis;
import dev.convoy.worker.export.ExportReport.Port;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import onnx.Onnx;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.TensorProto.DataType;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/**
 * A builder of ONNX graphs.
 *
 * <p>The name of every value has a dot, such as {@code conv1.out} or {@code conv1.W}. Names of
 * layers have none, so they cannot collide.
 */
final class OnnxGraph {
  private final Onnx.GraphProto.Builder graph;

  OnnxGraph(String name) {
    this.graph = Onnx.GraphProto.newBuilder().setName(name);
  }

  /** Adds a node; returns the name of its output, {@code NAME.out}. */
  String add(String operator, String name, List<String> inputs, AttributeProto... attributes) {
    return addAs(name + ".out", operator, name, inputs, attributes);
  }

  /** Adds a node; returns the name of its output. */
  String addAs(
      String output,
      String operator,
      String name,
      List<String> inputs,
      AttributeProto... attributes) {
    graph.addNode(
        Onnx.NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    return output;
  }

  /** Adds a constant of float32 values, row-major; returns its name. */
  String constant(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return constant(name, DataType.FLOAT, bytes, shape);
  }

  /** Adds a constant vector of integers; returns its name. */
  String constant(String name, long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return constant(name, DataType.INT64, bytes, values.length);
  }

  /** Adds a constant of integers of 8 bits, row-major; returns its name. */
  String bytes(String name, byte[] values, boolean signed, long... shape) {
    return constant(name, signed ? DataType.INT8 : DataType.UINT8, ByteBuffer.wrap(values), shape);
  }

  /** Adds a constant vector of integers of 32 bits; returns its name. */
  String integers(String name, int[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Integer.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return constant(name, DataType.INT32, bytes, values.length);
  }

  private String constant(String name, DataType type, ByteBuffer bytes, long... shape) {
    Onnx.TensorProto.Builder tensor =
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .setRawData(UnsafeByteOperations.unsafeWrap(bytes));
    for (long extent : shape) {
      tensor.addDims(extent);
    }
    graph.addInitializer(tensor);
    return name;
  }

  void input(Port port) {
    graph.addInput(value(port));
  }

  void output(Port port) {
    graph.addOutput(value(port));
  }

  private static Onnx.ValueInfoProto value(Port port) {
    Onnx.TensorShapeProto.Builder shape = Onnx.TensorShapeProto.newBuilder();
    for (Axis axis : port.shape()) {
      Onnx.TensorShapeProto.Dimension.Builder extent = shape.addDimBuilder();
      if (axis.isOpen()) {
        extent.setDimParam(axis.name());
      } else {
        extent.setDimValue(axis.extent());
      }
    }
    DataType type = port.type().equals("uint8") ? DataType.UINT8 : DataType.FLOAT;
    return Onnx.ValueInfoProto.newBuilder()
        .setName(port.name())
        .setType(
            Onnx.TypeProto.newBuilder()
                .setTensorType(
                    Onnx.TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  Onnx.GraphProto build() {
    return graph.build();
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto attribute(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  static AttributeProto attribute(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto attribute(String name, List<Long> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(values)
        .build();
  }
}
