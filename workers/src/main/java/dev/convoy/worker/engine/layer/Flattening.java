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
  private final Memory maps;
  private final Memory rows;
  private final Lazy<Reorder> toRows;
  private final Lazy<Reorder> toMaps;

  Flattening(Engine engine, Resources owner, FeatureMapsShape shape) {
    maps = engine.view(owner, shape.layout());
    rows =
        engine.view(
            owner,
            Layout.rowMajor(shape.n(), shape.channels(), shape.height(), shape.width())
                .as(shape.values()));
    toRows = new Lazy<>(() -> engine.reorder(owner, maps, rows));
    toMaps = new Lazy<>(() -> engine.reorder(owner, rows, maps));
  }

  /** Copies maps to a matrix. Both are native addresses. */
  void toRows(long from, long to) {
    maps.setAddress(from);
    rows.setAddress(to);
    toRows.get().run();
  }

  /** Copies a matrix to maps. Both are native addresses. */
  void toMaps(long from, long to) {
    rows.setAddress(from);
    maps.setAddress(to);
    toMaps.get().run();
  }
}
