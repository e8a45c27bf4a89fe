package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import java.lang.ref.Reference;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The input of a dense layer: a row-major matrix {@code (n, values)}, or feature maps {@code (n, c,
 * h, w)}, which are flattened to a matrix {@code (n, c·h·w)}.
 */
final class FlatInput {
  private final KernelCache<FeatureMapsShape, Flattening> flattenings;

  FlatInput(Engine engine) {
    flattenings = new KernelCache<>(engine);
  }

  /** Returns the number of values of one image. */
  static long width(INDArray input) {
    return input.length() / input.size(0);
  }

  /** Returns an array whose memory is the row-major matrix: the input itself, or a copy. */
  INDArray rows(LayerWorkspaceMgr workspaces, INDArray input) {
    if (Rows.isRowMajor(input)) {
      return input;
    }
    return input.rank() == 2
        ? Rows.of(workspaces, ArrayType.ACTIVATIONS, input)
        : copy(workspaces, input);
  }

  /** Flattens maps into a new row-major matrix. */
  INDArray copy(LayerWorkspaceMgr workspaces, INDArray maps) {
    INDArray from = ChannelsLast.of(workspaces, ArrayType.ACTIVATIONS, maps);
    INDArray rows = Rows.create(workspaces, ArrayType.ACTIVATIONS, maps.size(0), width(maps));
    flattening(maps).toRows(Native.address(from), Native.address(rows));
    Reference.reachabilityFence(from);
    return rows;
  }

  /** Creates a matrix for the gradient with respect to the flattened input. */
  static INDArray gradientRows(LayerWorkspaceMgr workspaces, INDArray input) {
    ArrayType type = input.rank() == 2 ? ArrayType.ACTIVATION_GRAD : ArrayType.BP_WORKING_MEM;
    return Rows.create(workspaces, type, input.size(0), width(input));
  }

  /**
   * Returns the gradient with respect to an input, in the input's shape.
   *
   * @param rows gradient with respect to the flattened input, from {@link #gradientRows}
   */
  INDArray gradient(LayerWorkspaceMgr workspaces, INDArray input, INDArray rows) {
    return input.rank() == 2 ? rows : maps(workspaces, input, rows);
  }

  /** Copies a row-major matrix to maps of the shape of an input. */
  INDArray maps(LayerWorkspaceMgr workspaces, INDArray input, INDArray rows) {
    INDArray maps =
        ChannelsLast.create(
            workspaces,
            ArrayType.ACTIVATION_GRAD,
            input.size(0),
            input.size(1),
            input.size(2),
            input.size(3));
    flattening(input).toMaps(Native.address(rows), Native.address(maps));
    Reference.reachabilityFence(rows);
    return maps;
  }

  private Flattening flattening(INDArray maps) {
    FeatureMapsShape shape = FeatureMapsShape.of(maps);
    return flattenings.get(shape, (engine, owner) -> new Flattening(engine, owner, shape));
  }
}
