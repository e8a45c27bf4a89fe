package dev.convoy.worker.engine.layer;

import java.util.EnumSet;
import java.util.Map;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Arrays of their own, without workspaces, that hold NaN where a layer is promised nothing: what it
 * does not write, or reads before it has written it, shows.
 */
final class Poisoned extends LayerWorkspaceMgr {
  Poisoned() {
    super(EnumSet.allOf(ArrayType.class), Map.of(), Map.of());
  }

  @Override
  public INDArray createUninitialized(ArrayType type, DataType values, long[] shape, char order) {
    return super.createUninitialized(type, values, shape, order).assign(Float.NaN);
  }
}
