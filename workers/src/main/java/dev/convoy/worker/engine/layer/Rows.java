package dev.convoy.worker.engine.layer;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Matrices of floats {@code (n, values)} whose rows lie one behind the other, without gaps. */
final class Rows {
  private Rows() {}

  /** Makes one for values that are written next. */
  static INDArray create(LayerWorkspaceMgr workspaces, ArrayType type, long n, long values) {
    return workspaces.createUninitialized(type, DataType.FLOAT, new long[] {n, values}, 'c');
  }

  /** The array itself if its memory is row-major, or else a copy that is. */
  static INDArray of(LayerWorkspaceMgr workspaces, ArrayType type, INDArray matrix) {
    if (matrix.rank() != 2) {
      throw new IllegalArgumentException("Rows have shape (n, values), not rank " + matrix.rank());
    }
    return isRowMajor(matrix)
        ? matrix
        : create(workspaces, type, matrix.size(0), matrix.size(1)).assign(matrix);
  }

  /** Whether an array of floats of any rank has its last index the fastest, and no gaps. */
  static boolean isRowMajor(INDArray array) {
    if (array.dataType() != DataType.FLOAT) {
      return false;
    }
    long dense = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      if (array.size(axis) > 1 && array.stride(axis) != dense) {
        return false;
      }
      dense *= array.size(axis);
    }
    return true;
  }
}
