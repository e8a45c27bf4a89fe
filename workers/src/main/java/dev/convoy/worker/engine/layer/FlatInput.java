package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.ValueType;
import java.lang.ref.Reference;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The input of a dense layer: a row-major matrix {@code (n, values)}, or feature maps {@code (n, c,
 * h, w)}, which are flattened to a matrix {@code (n, c·h·w)}.
 */
final class FlatInput {
  private final ValueType values;
  private final Features features;
  private final KernelCache<FeatureMapsShape, Flattening> flattenings;

  /**
   * Creates the input of a layer.
   *
   * @param values type of the values with which the layer computes
   */
  FlatInput(Engine engine, ValueType values) {
    this.values = values;
    features = new Features(engine, values);
    flattenings = new KernelCache<>(engine);
  }

  /** Returns the number of values of one image. */
  static long width(INDArray input) {
    return input.length() / input.size(0);
  }

  /**
   * Returns an array whose memory is the row-major matrix in the type of the layer: the input
   * itself, or a copy.
   */
  INDArray rows(LayerWorkspaceMgr workspaces, INDArray input) {
    if (Rows.isRowMajor(input)) {
      return features.flat(workspaces, ArrayType.ACTIVATIONS, input);
    }
    return input.rank() == 2
        ? features.rows(workspaces, ArrayType.ACTIVATIONS, input)
        : copy(workspaces, input);
  }

  /** Flattens maps into a new row-major matrix. */
  INDArray copy(LayerWorkspaceMgr workspaces, INDArray maps) {
    INDArray from = features.maps(workspaces, ArrayType.ACTIVATIONS, maps);
    INDArray rows =
        features.createRows(workspaces, ArrayType.ACTIVATIONS, maps.size(0), width(maps));
    flattening(maps).toRows(Native.address(from), Native.address(rows));
    Reference.reachabilityFence(from);
    return rows;
  }

  /** Creates a matrix for the gradient with respect to the flattened input. */
  INDArray gradientRows(LayerWorkspaceMgr workspaces, INDArray input) {
    ArrayType type = input.rank() == 2 ? ArrayType.ACTIVATION_GRAD : ArrayType.BP_WORKING_MEM;
    return features.createRows(workspaces, type, input.size(0), width(input));
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
        features.createMaps(workspaces, ArrayType.ACTIVATION_GRAD, FeatureMapsShape.of(input));
    flattening(input).toMaps(Native.address(rows), Native.address(maps));
    Reference.reachabilityFence(rows);
    return maps;
  }

  /** Returns a gradient as a row-major matrix in the type of the layer: itself or a copy. */
  INDArray gradientOf(LayerWorkspaceMgr workspaces, INDArray epsilon) {
    return features.rows(workspaces, ArrayType.BP_WORKING_MEM, epsilon);
  }

  private Flattening flattening(INDArray maps) {
    FeatureMapsShape shape = FeatureMapsShape.of(maps).as(values);
    return flattenings.get(shape, (engine, owner) -> new Flattening(engine, owner, shape));
  }
}
