package dev.convoy.worker.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.layer.Window;
import java.util.List;
import java.util.SplittableRandom;
import onnx.Onnx;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Convoy's l2 pools, onnxruntime's LpPool and {@code (Σ |x|^p)^(1/p)} give the same. */
class LpPoolTest {
  private static final int IMAGES = 2;
  private static final List<String> PADDINGS = List.of("valid", "same", "[1, 1]", "[0, 1]");

  private final SplittableRandom random = new SplittableRandom(11);

  @Test
  void poolsOfAnyShapeAndExponent() throws OrtException {
    for (int round = 0; round < 60; round++) {
      ImageShape images =
          new ImageShape(5 + random.nextInt(9), 5 + random.nextInt(9), 1 + 2 * random.nextInt(2));
      int[] size = {2 + random.nextInt(3), 2 + random.nextInt(3)};
      int[] stride = {1 + random.nextInt(size[0]), 1 + random.nextInt(size[1])};
      long exponent = 1L + random.nextInt(16);
      String padding = PADDINGS.get(random.nextInt(PADDINGS.size()));
      String pool =
          "pool { name = tested, type = l2, exponent = %d, size = [%d, %d], stride = [%d, %d], padding = %s }"
              .formatted(exponent, size[0], size[1], stride[0], stride[1], padding);
      Network network = TestNetworks.of(images, 2, "{ " + pool + " }", "{ flatten {} }");
      long[] pads = padding.equals("[1, 1]") ? new long[] {1, 1} : new long[] {0, 1};
      OnnxGraph graph = new OnnxGraph("pool");
      graph.addAs(
          "y",
          "LpPool",
          "pool",
          List.of("x"),
          OnnxGraph.attribute("p", exponent),
          OnnxGraph.attribute("kernel_shape", List.of((long) size[0], (long) size[1])),
          OnnxGraph.attribute("strides", List.of((long) stride[0], (long) stride[1])),
          padding.equals("same")
              ? OnnxGraph.attribute("auto_pad", "SAME_UPPER")
              : OnnxGraph.attribute(
                  "pads",
                  padding.equals("valid")
                      ? List.of(0L, 0L, 0L, 0L)
                      : List.of(pads[0], pads[1], pads[0], pads[1])));
      compare(pool, network, graph, exponent);
    }
  }

  @Test
  void globalPools() throws OrtException {
    for (long exponent = 1; exponent <= 16; exponent++) {
      String pool = "global-pool { name = tested, type = l2, exponent = " + exponent + " }";
      Network network = TestNetworks.of(new ImageShape(6, 5, 3), 2, "{ " + pool + " }");
      OnnxGraph graph = new OnnxGraph("pool");
      graph.addAs("y", "GlobalLpPool", "pool", List.of("x"), OnnxGraph.attribute("p", exponent));
      compare(pool, network, graph, exponent);
    }
  }

  private static void compare(String pool, Network network, OnnxGraph graph, long exponent)
      throws OrtException {
    ImageShape images = network.input();
    long[] shape = {IMAGES, images.channels(), images.height(), images.width()};
    float[] values = TestNetworks.values(IMAGES * images.size(), 3, exponent);
    INDArray features = Nd4j.create(values, shape, 'c');
    float[] convoy =
        GraphBuilder.build(network, Optimizer.sgd(), 1)
            .graph()
            .feedForward(features, false)
            .get("tested")
            .dup('c')
            .data()
            .asFloat();
    double[] formula = formula(network, values, exponent);
    graph.input(new ExportReport.Port("x", "float32", axes(4)));
    graph.output(new ExportReport.Port("y", "float32", axes(4)));
    Onnx.ModelProto model =
        Onnx.ModelProto.newBuilder()
            .setIrVersion(7)
            .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setVersion(OnnxModel.OPSET))
            .setGraph(graph.build())
            .build();
    try (OnnxRuntime runtime = new OnnxRuntime(model)) {
      float[] onnx = OnnxRuntime.values(runtime.onFloats(values, shape));
      assertThat(convoy).as(pool).hasSameSizeAs(onnx).hasSameSizeAs(formula);
      for (int i = 0; i < convoy.length; i++) {
        double tolerance = 1e-5 * Math.max(1, formula[i]);
        assertThat(Math.abs(convoy[i] - formula[i])).as("%s at %d", pool, i).isLessThan(tolerance);
        assertThat(Math.abs((double) convoy[i] - onnx[i]))
            .as("%s at %d", pool, i)
            .isLessThan(tolerance);
      }
    }
  }

  private static List<ExportReport.Axis> axes(int n) {
    return java.util.stream.IntStream.range(0, n)
        .mapToObj(axis -> ExportReport.Axis.open("axis" + axis))
        .toList();
  }

  private static double[] formula(Network network, float[] values, long exponent) {
    ImageShape images = network.input();
    var node = network.node("tested").orElseThrow();
    boolean global = node.output().flat();
    int rows = node.output().height();
    int columns = node.output().width();
    double[] result = new double[IMAGES * images.channels() * rows * columns];
    int to = 0;
    for (int plane = 0; plane < IMAGES * images.channels(); plane++) {
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double sum = 0;
          for (int y = 0; y < images.height(); y++) {
            for (int x = 0; x < images.width(); x++) {
              boolean inside = global;
              if (!global) {
                Window window = node.leaf().orElseThrow().window().orElseThrow();
                inside =
                    lies(y, window.rows(node.input()), i)
                        && lies(x, window.columns(node.input()), j);
              }
              if (inside) {
                float value = values[(plane * images.height() + y) * images.width() + x];
                sum += Math.pow(Math.abs(value), exponent);
              }
            }
          }
          result[to++] = Math.pow(sum, 1.0 / exponent);
        }
      }
    }
    return result;
  }

  private static boolean lies(int pixel, Window.Axis axis, int position) {
    return pixel >= axis.start(position) && pixel < axis.start(position) + axis.extent();
  }
}
