package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Reorder;
import dev.convoy.worker.engine.onednn.Resources;
import dev.convoy.worker.engine.onednn.ValueType;
import java.lang.ref.Reference;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The arrays of one layer, in the layout and the value type with which it computes. Maps of shape
 * {@code (n, channels, height, width)} are {@link ChannelsLast}; flat input of shape {@code (n,
 * values)} is a row-major matrix ({@link Rows}), which has the memory layout of maps of 1×1.
 *
 * <p>Arrays of another layout or type are copied. A layer that computes with another type than its
 * neighbours costs such a copy for each array between them.
 */
final class Features {
  private final ValueType values;
  private final KernelCache<Conversion, Converter> converters;

  /** The conversion of that many values from one type to another. */
  private record Conversion(long length, ValueType from, ValueType to) {}

  /**
   * Creates the arrays of a layer.
   *
   * @param values type of the values with which the layer computes
   */
  Features(Engine engine, ValueType values) {
    this.values = values;
    this.converters = new KernelCache<>(engine);
  }

  private static boolean isFlat(INDArray features) {
    return features.rank() == 2;
  }

  /** Returns the shape of maps, or of flat input as maps of 1×1. */
  static FeatureMapsShape shape(INDArray features) {
    return isFlat(features)
        ? new FeatureMapsShape(features.size(0), features.size(1), 1, 1, Native.valueType(features))
        : FeatureMapsShape.of(features);
  }

  /** Returns the array itself if it has the layout and type of the layer, else a copy that does. */
  INDArray of(LayerWorkspaceMgr workspaces, ArrayType type, INDArray features) {
    return isFlat(features) ? rows(workspaces, type, features) : maps(workspaces, type, features);
  }

  /** Returns maps in the layout and type of the layer: the array itself or a copy. */
  INDArray maps(LayerWorkspaceMgr workspaces, ArrayType type, INDArray maps) {
    INDArray dense =
        ChannelsLast.isDense(maps) ? maps : ChannelsLast.copyOf(workspaces, type, maps);
    return isOfType(dense)
        ? dense
        : converted(dense, ChannelsLast.create(workspaces, type, shape(dense).as(values)));
  }

  /** Returns a row-major matrix in the type of the layer: the array itself or a copy. */
  INDArray rows(LayerWorkspaceMgr workspaces, ArrayType type, INDArray matrix) {
    return flat(workspaces, type, Rows.of(workspaces, type, matrix));
  }

  /**
   * Returns an array whose memory is a row-major matrix in the type of the layer: the array itself
   * or a copy.
   *
   * @param dense an array of any rank in dense row-major memory
   */
  INDArray flat(LayerWorkspaceMgr workspaces, ArrayType type, INDArray dense) {
    long n = dense.size(0);
    return isOfType(dense)
        ? dense
        : converted(dense, createRows(workspaces, type, n, dense.length() / n));
  }

  private boolean isOfType(INDArray array) {
    return Native.valueType(array) == values;
  }

  private INDArray converted(INDArray from, INDArray to) {
    Conversion conversion = new Conversion(from.length(), Native.valueType(from), values);
    converters
        .get(conversion, (engine, owner) -> new Converter(engine, owner, conversion))
        .run(Native.address(from), Native.address(to));
    Reference.reachabilityFence(from);
    return to;
  }

  /** Creates an uninitialised array of the shape of another. */
  INDArray like(LayerWorkspaceMgr workspaces, ArrayType type, INDArray features) {
    return like(workspaces, type, features, shape(features));
  }

  /** Creates an uninitialised array of a given shape; it is flat if {@code features} is. */
  INDArray like(
      LayerWorkspaceMgr workspaces, ArrayType type, INDArray features, FeatureMapsShape shape) {
    return isFlat(features)
        ? createRows(workspaces, type, shape.n(), shape.channels())
        : createMaps(workspaces, type, shape);
  }

  /** Creates uninitialised maps. */
  INDArray createMaps(LayerWorkspaceMgr workspaces, ArrayType type, FeatureMapsShape shape) {
    return ChannelsLast.create(workspaces, type, shape.as(values));
  }

  /** Creates an uninitialised matrix. */
  INDArray createRows(LayerWorkspaceMgr workspaces, ArrayType type, long n, long width) {
    return Rows.create(workspaces, type, n, width, values);
  }

  private static final class Converter {
    private final Memory from;
    private final Memory to;
    private final Reorder copy;

    Converter(Engine engine, Resources owner, Conversion conversion) {
      from = engine.view(owner, Layout.rowMajor(conversion.length).as(conversion.from));
      to = engine.view(owner, Layout.rowMajor(conversion.length).as(conversion.to));
      copy = engine.reorder(owner, from, to);
    }

    void run(long fromAddress, long toAddress) {
      from.setAddress(fromAddress);
      to.setAddress(toAddress);
      copy.run();
    }
  }
}
