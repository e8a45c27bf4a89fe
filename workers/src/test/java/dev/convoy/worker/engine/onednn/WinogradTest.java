package dev.convoy.worker.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which convolutions are computed in tiles; what they compute is for the tests of layers. */
class WinogradTest {
  private Engine engine;

  @BeforeEach
  void open() {
    NativeKernel.requireOneDnn();
    engine = new Engine();
    Kernel known = training(same(64, 8, 64, 28));
    NativeKernel.WINOGRAD.require(
        known instanceof Winograd, "oneDNN computes " + known.implementation() + " instead");
  }

  @AfterEach
  void close() {
    if (engine != null) {
      engine.close();
    }
  }

  private Kernel training(ConvolutionKernel convolution) {
    return convolution.forward(engine, engine.resources(), Function.RELU);
  }

  private Kernel scoring(ConvolutionKernel convolution) {
    return convolution.scoring(engine, engine.resources(), Epilogue.of(Function.RELU));
  }

  private static ConvolutionKernel same(long channels, long n, long maps, long size) {
    return convolution(channels, n, maps, size, 1, 0);
  }

  private static ConvolutionKernel convolution(
      long channels, long n, long maps, long size, long stride, long dilation) {
    long positions = (size - 1) / stride + 1;
    return new ConvolutionKernel(
        Layout.channelsLast(n, channels, size, size),
        Layout.any(maps, channels, 3, 3),
        Layout.channelsLast(n, maps, positions, positions),
        true,
        Span.of(stride),
        Span.of(dilation),
        Span.of(1 + dilation),
        Span.of(1 + dilation));
  }

  @Test
  void fewMapsStayDirect() {
    assertThat(training(same(32, 8, 64, 28))).isNotInstanceOf(Winograd.class);
    assertThat(training(same(64, 8, 32, 28))).isNotInstanceOf(Winograd.class);
    assertThat(training(same(80, 8, 48, 28))).isInstanceOf(Winograd.class);
    assertThat(training(same(72, 8, 64, 28))).isNotInstanceOf(Winograd.class);
  }

  /** Tiles of four pixels cover three times as many as an image of 5×5 has. */
  @Test
  void imagesThatTilesCoverBadlyStayDirect() {
    assertThat(scoring(same(64, 64, 64, 5))).isNotInstanceOf(Winograd.class);
    assertThat(scoring(same(64, 64, 64, 7))).isInstanceOf(Winograd.class);
    assertThat(scoring(same(128, 64, 128, 5))).isInstanceOf(Winograd.class);
  }

  /** Copies would take as much again as the largest maps. */
  @Test
  void largeImagesStayDirect() {
    assertThat(scoring(same(64, 1, 64, 360))).isInstanceOf(Winograd.class);
    assertThat(scoring(same(64, 1, 64, 364))).isNotInstanceOf(Winograd.class);
  }

  @Test
  void stridesAndDilationsStayDirect() {
    assertThat(training(convolution(64, 8, 64, 28, 2, 0))).isNotInstanceOf(Winograd.class);
    assertThat(training(convolution(64, 8, 64, 28, 1, 1))).isNotInstanceOf(Winograd.class);
  }

  /** Weights are transformed in every pass of training, which few tiles do not repay. */
  @Test
  void fewTilesStayDirect() {
    assertThat(training(same(64, 7, 64, 14))).isNotInstanceOf(Winograd.class);
    assertThat(training(same(64, 8, 64, 14))).isInstanceOf(Winograd.class);
    assertThat(scoring(same(64, 2, 64, 14))).isInstanceOf(Winograd.class);
    assertThat(scoring(same(512, 2, 512, 7))).isNotInstanceOf(Winograd.class);
    assertThat(scoring(same(512, 16, 512, 7))).isInstanceOf(Winograd.class);
  }

  /** Of 23 images 12 at a time, so that one is computed twice; of 8 and 7 all at once. */
  @Test
  void imagesAtATimeNeedNotDivideTheBatch() {
    float[] images = random(23 * 48 * 28 * 28);
    float[] together = outputs(images, 0, 23);
    int pixels = images.length / 23;
    for (int first = 0; first < 23; first += 8) {
      int n = Math.min(8, 23 - first);
      float[] some = outputs(images, first * pixels, n);
      double difference = 0;
      for (int i = 0; i < some.length; i++) {
        difference = Math.max(difference, Math.abs(some[i] - together[first * pixels + i]));
      }
      assertThat(difference).isLessThan(1e-3);
    }
  }

  private static float[] random(int count) {
    Random random = new Random(1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private float[] outputs(float[] images, int first, int n) {
    Resources owner = engine.resources();
    ConvolutionKernel convolution = same(48, n, 48, 28);
    Kernel kernel = convolution.forward(engine, owner, Function.IDENTITY);
    assertThat(kernel).isInstanceOf(Winograd.class);
    Memory source = engine.memory(owner, convolution.source());
    Memory weights = engine.memory(owner, kernel.layout(Argument.WEIGHTS));
    Memory bias = engine.memory(owner, convolution.biases());
    Memory destination = engine.memory(owner, convolution.destination());
    int count = n * 48 * 28 * 28;
    new Floats(source).put(images, first, count);
    new Floats(weights).put(random(48 * 48 * 9));
    new Floats(bias).put(random(48));
    kernel
        .with(Argument.SRC, source)
        .with(Argument.WEIGHTS, weights)
        .with(Argument.BIAS, bias)
        .with(Argument.DST, destination)
        .run();
    float[] outputs = new float[count];
    new Floats(destination).get(outputs);
    return outputs;
  }

  private static final class Floats extends FloatPointer {
    Floats(Memory memory) {
      address = memory.address();
    }
  }
}
