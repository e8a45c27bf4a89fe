package dev.convoy.worker.engine;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNBatchNormHelper;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNSubsamplingHelper;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.cpu.nativecpu.bindings.Nd4jCpu;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Decides which code computes each layer, and says so.
 *
 * <p>DL4J has oneDNN helpers for convolution, pooling and batch normalisation that never start by
 * themselves: the property that disables them is on by default, and their check looks for a class
 * that was renamed. They are set here on the layers' {@code helper} fields, after a network is
 * built; each layer has its own, and like its network it belongs to one thread.
 */
public final class Kernels {
  /** Computed by oneDNN. */
  public static final String ONEDNN = "oneDNN";

  /** Computed by ND4J's own code and OpenBLAS. */
  public static final String BUILT_IN = "built-in";

  private static final int[] UNDILATED = {1, 1};

  private Kernels() {}

  /**
   * What runs one layer.
   *
   * @param layer its name
   * @param kernel {@link #ONEDNN} or {@link #BUILT_IN}
   * @param reason why it is not oneDNN, or empty
   */
  public record LayerKernel(String layer, String kernel, String reason) {}

  /**
   * Puts oneDNN helpers on the layers that have them; tells what runs each layer of the definition.
   */
  public static List<LayerKernel> install(ComputationGraph graph) {
    String unavailable = whyNoOneDnn();
    List<LayerKernel> kernels = new ArrayList<>();
    for (Layer layer : graph.getLayers()) {
      String name = layer.conf().getLayer().getLayerName();
      if (isOfDefinition(name)) {
        kernels.add(install(name, layer, unavailable));
      }
    }
    return kernels;
  }

  /** Layers that only DL4J needs have a dot in their names, and no helper. */
  private static boolean isOfDefinition(String name) {
    return name.indexOf('.') < 0;
  }

  /** True where this machine's native code has oneDNN and may use it. */
  public static boolean oneDnnAvailable() {
    return whyNoOneDnn().isEmpty();
  }

  /** Why oneDNN cannot run here, or empty. */
  public static String whyNoOneDnn() {
    if (!Nd4j.getEnvironment().isCPU()) {
      return "ND4J runs on another device than the CPU";
    }
    if (!Nd4j.getEnvironment().helpersAllowed()) {
      return "helpers are off (the environment variable SD_FORBID_HELPERS is set)";
    }
    if (!Nd4jCpu.Environment.getInstance().isUseONEDNN()) {
      return "this build of ND4J has no oneDNN";
    }
    return "";
  }

  private static LayerKernel install(String name, Layer layer, String unavailable) {
    String reason = whyBuiltIn(layer);
    if (!reason.isEmpty()) {
      return new LayerKernel(name, BUILT_IN, reason);
    }
    if (!unavailable.isEmpty()) {
      return new LayerKernel(name, BUILT_IN, unavailable);
    }
    if (layer instanceof SubsamplingLayer) {
      setHelper(SubsamplingLayer.class, layer, new MKLDNNSubsamplingHelper(DataType.FLOAT));
    } else if (layer instanceof BatchNormalization) {
      setHelper(BatchNormalization.class, layer, new MKLDNNBatchNormHelper(DataType.FLOAT));
    } else {
      setHelper(ConvolutionLayer.class, layer, new OneDnnConvolution());
    }
    return new LayerKernel(name, ONEDNN, "");
  }

  /** Why oneDNN computes no layer of that kind, or empty. */
  private static String whyBuiltIn(Layer layer) {
    // Depthwise and separable convolutions are subclasses that never ask a helper.
    if (layer.getClass() == ConvolutionLayer.class) {
      return Arrays.equals(((ConvolutionLayer) layer).layerConf().getDilation(), UNDILATED)
          ? ""
          : "DL4J's oneDNN helper fails on a convolution with dilation";
    }
    if (layer instanceof SubsamplingLayer pool) {
      PoolingType type = pool.layerConf().getPoolingType();
      return type == PoolingType.MAX || type == PoolingType.AVG
          ? ""
          : "DL4J's oneDNN helper has no such pool";
    }
    return layer instanceof BatchNormalization ? "" : "DL4J has no oneDNN helper for this layer";
  }

  private static void setHelper(Class<?> owner, Layer layer, Object helper) {
    try {
      Field field = owner.getDeclaredField("helper");
      field.setAccessible(true);
      field.set(layer, helper);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Cannot set the oneDNN helper of " + owner.getName() + ": DL4J is another version", e);
    }
  }
}
