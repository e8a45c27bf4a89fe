package dev.convoy.worker.engine;

/**
 * The implementation that computes one layer.
 *
 * @param layer name of the layer
 * @param kernel {@link #ONEDNN}, {@link #JAVA} or {@link #BUILT_IN}
 * @param reason why DL4J's own code computes it, or empty for the other kernels
 */
public record LayerKernel(String layer, String kernel, String reason) {
  /** Computed by oneDNN. */
  public static final String ONEDNN = "oneDNN";

  /** Computed by Convoy in Java, because oneDNN has no such operation. */
  public static final String JAVA = "Java";

  /** Computed by DL4J's own code. */
  public static final String BUILT_IN = "built-in";

  /** A layer that oneDNN computes. */
  public static LayerKernel oneDnn(String layer) {
    return new LayerKernel(layer, ONEDNN, "");
  }

  /** A layer that Convoy computes in Java. */
  public static LayerKernel java(String layer) {
    return new LayerKernel(layer, JAVA, "");
  }

  /** A layer that DL4J computes. */
  public static LayerKernel builtIn(String layer, String reason) {
    return new LayerKernel(layer, BUILT_IN, reason);
  }

  /** Returns whether DL4J's own code computes the layer. */
  public boolean isBuiltIn() {
    return kernel.equals(BUILT_IN);
  }
}
