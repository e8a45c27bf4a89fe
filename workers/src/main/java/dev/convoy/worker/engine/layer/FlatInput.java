package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import java.lang.ref.Reference;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The input of a layer of units: rows {@code (n, values)}, or feature maps {@code (n, c, h, w)},
 * which it takes as rows of {@code c·h·w} values.
 */
final class FlatInput {
  private final KernelCache<FeatureMapsShape, Flattening> flattenings;

  FlatInput(Engine engine) {
    flattenings = new KernelCache<>(engine);
  }

  /** Values of one row. */
  static long width(INDArray input) {
    return input.length() / input.size(0);
  }

  /** An array whose memory holds the rows: the input itself, or a copy. */
  INDArray rows(LayerWorkspaceMgr workspaces, INDArray input) {
    if (Rows.isRowMajor(input)) {
      return input;
    }
    return input.rank() == 2
        ? Rows.of(workspaces, ArrayType.ACTIVATIONS, input)
        : copy(workspaces, input);
  }

  /** Rows of their own. */
  INDArray copy(LayerWorkspaceMgr workspaces, INDArray maps) {
    INDArray from = ChannelsLast.of(workspaces, ArrayType.ACTIVATIONS, maps);
    INDArray rows = Rows.create(workspaces, ArrayType.ACTIVATIONS, maps.size(0), width(maps));
    flattening(maps).toRows(Native.address(from), Native.address(rows));
    Reference.reachabilityFence(from);
    return rows;
  }

  /** Memory for the gradient by the rows of an input. */
  static INDArray gradientRows(LayerWorkspaceMgr workspaces, INDArray input) {
    ArrayType type = input.rank() == 2 ? ArrayType.ACTIVATION_GRAD : ArrayType.BP_WORKING_MEM;
    return Rows.create(workspaces, type, input.size(0), width(input));
  }

  /**
   * The gradient by an input, in its shape.
   *
   * @param rows the gradient by its rows, in memory of {@link #gradientRows}
   */
  INDArray gradient(LayerWorkspaceMgr workspaces, INDArray input, INDArray rows) {
    return input.rank() == 2 ? rows : maps(workspaces, input, rows);
  }

  /** Maps of the shape of an input, of rows. */
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
    return flattenings.of(shape, (engine, owner) -> new Flattening(engine, owner, shape));
  }
}
