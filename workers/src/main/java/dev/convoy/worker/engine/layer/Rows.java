package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.ValueType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Dense row-major matrices {@code (n, values)}: the flat values of a batch, one image per row. */
final class Rows {
  private Rows() {}

  /** Creates an uninitialised matrix. */
  static INDArray create(
      LayerWorkspaceMgr workspaces, ArrayType type, long n, long width, ValueType values) {
    return workspaces.createUninitialized(
        type, Native.dataType(values), new long[] {n, width}, 'c');
  }

  /** Returns the matrix itself if it is dense and row-major, else such a copy. */
  static INDArray of(LayerWorkspaceMgr workspaces, ArrayType type, INDArray matrix) {
    if (matrix.rank() != 2) {
      throw new IllegalArgumentException("Rows have shape (n, values), not rank " + matrix.rank());
    }
    return isRowMajor(matrix)
        ? matrix
        : create(workspaces, type, matrix.size(0), matrix.size(1), Native.valueType(matrix))
            .assign(matrix);
  }

  /** Returns whether an array of any rank and type is dense row-major. */
  static boolean isRowMajor(INDArray array) {
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
