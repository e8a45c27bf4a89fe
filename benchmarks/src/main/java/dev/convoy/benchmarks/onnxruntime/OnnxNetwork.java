package dev.convoy.benchmarks.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.convoy.data.ImageShape;
import dev.convoy.data.JobFailedException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** A network in a session of onnxruntime, with all optimisations of its graph. */
final class OnnxNetwork implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final String input;

  /**
   * Opens a file that takes normalised float32 images.
   *
   * @param threads threads that compute one operator together
   */
  OnnxNetwork(Path file, int threads) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(file.toString(), options);
      input = session.getInputNames().iterator().next();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /**
   * Returns a tensor over images in native memory, without a copy.
   *
   * @param images a direct buffer of normalised images, channel-major, from its position on
   * @param count number of images
   */
  OnnxTensor tensor(FloatBuffer images, int count, ImageShape shape) {
    long[] dimensions = {count, shape.channels(), shape.height(), shape.width()};
    try {
      return OnnxTensor.createTensor(environment, images, dimensions);
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /**
   * Returns the probabilities of the labels.
   *
   * @return {@code (n, labels)}, row by row
   */
  float[] probabilities(OnnxTensor images) {
    try (OrtSession.Result result = session.run(Map.of(input, images))) {
      FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] probabilities = new float[values.remaining()];
      values.get(probabilities);
      return probabilities;
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private static JobFailedException failed(OrtException e) {
    return new JobFailedException("Cannot score with onnxruntime: " + e.getMessage(), e);
  }
}
