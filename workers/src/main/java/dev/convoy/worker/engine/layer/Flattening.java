package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Reorder;
import dev.convoy.worker.engine.onednn.Resources;

/**
 * Copies channels-last maps of one shape {@code (n, c, h, w)} to rows {@code (n, c·h·w)}, the
 * pixels of one channel behind those of the other, and back.
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
    maps = engine.window(owner, shape.layout());
    rows =
        engine.window(
            owner, Layout.rowMajor(shape.n(), shape.channels(), shape.height(), shape.width()));
  }

  /** Fills rows with maps; both are native addresses. */
  void toRows(long from, long to) {
    if (toRows == null) {
      toRows = engine.reorder(owner, maps, rows);
    }
    maps.at(from);
    rows.at(to);
    toRows.run();
  }

  /** Fills maps with rows; both are native addresses. */
  void toMaps(long from, long to) {
    if (toMaps == null) {
      toMaps = engine.reorder(owner, rows, maps);
    }
    rows.at(from);
    maps.at(to);
    toMaps.run();
  }
}
