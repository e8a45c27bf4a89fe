package dev.convoy.driver.explain.page;

import dev.convoy.driver.explain.measure.Pixels;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Draws numbers as pictures. A number is a square of whole pixels, so that nothing is blurred.
 * Pictures have twice the pixels of their size on the page.
 */
final class Drawing {
  private static final int GAP = 8;
  private static final int PAGE_WIDTH = 2240;

  /** Distance from the edge, in pixels, of boxes that extend beyond the picture. */
  private static final int INSET = 5;

  private Drawing() {}

  /** A grid of colours. */
  interface ColourGrid {
    /** Returns the colour as {@code 0xRRGGBB}. */
    int at(int row, int column);
  }

  /** A grid of numbers drawn as colours. */
  record Tile(int height, int width, ColourGrid colours) {
    /** Returns a tile of signed numbers, given row by row. */
    static Tile of(int height, int width, float[] values, Scale scale) {
      return new Tile(height, width, (row, column) -> scale.colour(values[row * width + column]));
    }

    /** Returns a tile of an image in its own colours. */
    static Tile of(Pixels image) {
      int channels = image.shape().channels();
      return new Tile(
          image.shape().height(),
          image.shape().width(),
          (row, column) ->
              image.at(0, row, column) << 16
                  | image.at(channels == 1 ? 0 : 1, row, column) << 8
                  | image.at(channels == 1 ? 0 : 2, row, column));
    }
  }

  /** Returns the side of one number in pixels, for a tile about {@code wanted} pixels long. */
  static int factor(Tile tile, int wanted) {
    return Math.max(1, wanted / Math.max(tile.height, tile.width));
  }

  /** Draws a tile, each number as a square of {@code factor} pixels. */
  static BufferedImage tile(Tile tile, int factor) {
    BufferedImage picture =
        new BufferedImage(tile.width * factor, tile.height * factor, BufferedImage.TYPE_INT_RGB);
    paint(picture, tile, factor, 0, 0);
    return picture;
  }

  /** Draws tiles of one size on the full width of the page. */
  static BufferedImage page(List<Tile> tiles, int wanted) {
    return page(tiles, wanted, PAGE_WIDTH);
  }

  /**
   * Draws tiles of one size in as few rows as possible, of about equal length.
   *
   * @param wanted approximate longer side of a tile, in pixels
   * @param width largest width of a row, in pixels
   */
  static BufferedImage page(List<Tile> tiles, int wanted, int width) {
    int factor = factor(tiles.get(0), wanted);
    int most = Math.max(1, width / (tiles.get(0).width * factor + GAP));
    int rows = (tiles.size() + most - 1) / most;
    return grid(tiles, (tiles.size() + rows - 1) / rows, factor);
  }

  /** Draws tiles of one size in rows on white, each with a thin border. */
  static BufferedImage grid(List<Tile> tiles, int columns, int factor) {
    int height = tiles.get(0).height * factor + GAP;
    int width = tiles.get(0).width * factor + GAP;
    int rows = (tiles.size() + columns - 1) / columns;
    BufferedImage picture =
        new BufferedImage(columns * width, rows * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(new Color(Colours.WHITE));
    graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    graphics.setColor(new Color(Colours.LINE));
    for (int i = 0; i < tiles.size(); i++) {
      int left = i % columns * width + GAP / 2;
      int top = i / columns * height + GAP / 2;
      graphics.fillRect(left - 2, top - 2, width - GAP + 4, height - GAP + 4);
      paint(picture, tiles.get(i), factor, left, top);
    }
    graphics.dispose();
    return picture;
  }

  private static void paint(BufferedImage picture, Tile tile, int factor, int left, int top) {
    for (int y = 0; y < tile.height * factor; y++) {
      for (int x = 0; x < tile.width * factor; x++) {
        picture.setRGB(left + x, top + y, tile.colours.at(y / factor, x / factor));
      }
    }
  }

  /**
   * A rectangle over an image.
   *
   * @param top row of its first pixel; may be outside the image
   * @param dashed whether the box is the neighbour of the one that is shown
   */
  record Box(double top, double left, double height, double width, boolean dashed) {}

  /**
   * Draws a tile with boxes over it and a margin around it for boxes that extend beyond the tile.
   *
   * @param margin numbers on each side, in the colour of padding
   */
  static BufferedImage boxes(Tile tile, int factor, int margin, List<Box> boxes) {
    Tile wide =
        new Tile(
            tile.height + 2 * margin,
            tile.width + 2 * margin,
            (row, column) ->
                row >= margin
                        && row < margin + tile.height
                        && column >= margin
                        && column < margin + tile.width
                    ? tile.colours.at(row - margin, column - margin)
                    : Colours.PADDING);
    BufferedImage picture = tile(wide, factor);
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    for (Box box : boxes) {
      Rectangle2D frame =
          new Rectangle2D.Double(
              INSET, INSET, picture.getWidth() - 2 * INSET, picture.getHeight() - 2 * INSET);
      Rectangle2D shape =
          new Rectangle2D.Double(
                  (box.left + margin) * factor,
                  (box.top + margin) * factor,
                  box.width * factor,
                  box.height * factor)
              .createIntersection(frame);
      float[] dashes = box.dashed ? new float[] {14, 10} : null;
      stroke(graphics, shape, Colours.MARK_EDGE, 9, dashes);
      stroke(graphics, shape, box.dashed ? Colours.NEIGHBOUR : Colours.MARK, 5, dashes);
    }
    graphics.dispose();
    return picture;
  }

  private static void stroke(
      Graphics2D graphics, Rectangle2D shape, int colour, float width, float[] dashes) {
    graphics.setColor(new Color(colour));
    graphics.setStroke(
        new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, dashes, 0));
    graphics.draw(shape);
  }
}
