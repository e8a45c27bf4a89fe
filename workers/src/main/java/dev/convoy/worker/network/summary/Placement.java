package dev.convoy.worker.network.summary;

import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.Window;
import java.util.Locale;

/**
 * The placement of a window on its input.
 *
 * @param kernel extents in weights, or in pixels of a pool
 * @param stride pixels between neighbouring outputs
 * @param dilation distance between the pixels under neighbouring weights
 * @param padding mode of the padding: {@code same}, {@code valid} or {@code explicit}
 * @param top rows of padding that the windows reach above the input
 * @param bottom rows of padding that the windows reach below it
 * @param left columns of padding on the left
 * @param right columns of padding on the right
 */
public record Placement(
    Size kernel,
    Size stride,
    Size dilation,
    String padding,
    long top,
    long bottom,
    long left,
    long right) {

  static Placement of(Window window, LayerShape input) {
    Padding padding = window.padding();
    Window.Axis rows = window.rows(input);
    Window.Axis columns = window.columns(input);
    boolean same = padding.mode() == Padding.Mode.SAME;
    return new Placement(
        window.size(),
        window.stride(),
        window.dilation(),
        padding.mode().name().toLowerCase(Locale.ROOT),
        rows.before(),
        same ? after(rows) : padding.bottom(),
        columns.before(),
        same ? after(columns) : padding.right());
  }

  private static long after(Window.Axis axis) {
    return Math.max(0, axis.start(axis.positions() - 1) + axis.extent() - axis.input());
  }
}
