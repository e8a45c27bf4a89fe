package dev.convoy.worker.export;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import onnx.Onnx;

/** Runs ONNX files with onnxruntime, on one thread. */
final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxRuntime(Onnx.ModelProto model) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(model.toByteArray(), options);
    }
  }

  OrtSession session() {
    return session;
  }

  /** The output for float values. */
  OnnxTensor onFloats(float[] values, long... shape) throws OrtException {
    try (OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape)) {
      return run(input);
    }
  }

  /** The output for images of bytes, each {@code (channels, height, width)}. */
  OnnxTensor onBytes(List<byte[]> images, long... shape) throws OrtException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(images.size() * images.get(0).length);
    images.forEach(bytes::put);
    try (OnnxTensor input =
        OnnxTensor.createTensor(environment, bytes.flip(), shape, OnnxJavaType.UINT8)) {
      return run(input);
    }
  }

  private OnnxTensor run(OnnxTensor input) throws OrtException {
    String name = session.getInputNames().iterator().next();
    OrtSession.Result result = session.run(Map.of(name, input));
    return (OnnxTensor) result.get(0);
  }

  /** A tensor {@code (n, m)} as a table. */
  static float[][] rows(OnnxTensor tensor) throws OrtException {
    try (tensor) {
      return (float[][]) tensor.getValue();
    }
  }

  /** All values of a tensor, row-major. */
  static float[] values(OnnxTensor tensor) {
    try (tensor) {
      FloatBuffer buffer = tensor.getFloatBuffer();
      float[] values = new float[buffer.remaining()];
      buffer.get(values);
      return values;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
