package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Reorder;
import dev.convoy.worker.engine.onednn.Resources;

/**
 * Copies channels-last maps of one shape {@code (n, c, h, w)} to a row-major matrix {@code (n,
 * c·h·w)}, channel by channel, and back.
 */
final class Flattening {
  private final Engine engine;
  private final Resources owner;
  private final Memory maps;
  private final Memory rows;
  private Reorder toRows;
  private Reorder toMaps;

  Flattening(Engine engine, Resources owner, FeatureMapsShape shape) {
    this.engine = engine;
    this.owner = owner;
    maps = engine.view(owner, shape.layout());
    rows =
        engine.view(
            owner, Layout.rowMajor(shape.n(), shape.channels(), shape.height(), shape.width()));
  }

  /** Copies maps to a matrix. Both are native addresses. */
  void toRows(long from, long to) {
    if (toRows == null) {
      toRows = engine.reorder(owner, maps, rows);
    }
    maps.setAddress(from);
    rows.setAddress(to);
    toRows.run();
  }

  /** Copies a matrix to maps. Both are native addresses. */
  void toMaps(long from, long to) {
    if (toMaps == null) {
      toMaps = engine.reorder(owner, rows, maps);
    }
    rows.setAddress(from);
    maps.setAddress(to);
    toMaps.run();
  }
}
