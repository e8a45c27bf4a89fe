package dev.convoy.driver.explain.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.network.summary.ReceptiveField;
import dev.convoy.worker.network.summary.ReceptiveField.Axis;
import dev.convoy.worker.network.summary.ReceptiveField.Reach;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrawingTest {
  /** A tile whose colours tell their places. */
  private static final Drawing.Tile TILE =
      new Drawing.Tile(4, 6, (row, column) -> row << 8 | column);

  private static int colour(BufferedImage picture, int x, int y) {
    return picture.getRGB(x, y) & 0xffffff;
  }

  @Test
  void oneNumberIsASquareOfPixels() {
    BufferedImage picture = Drawing.tile(TILE, 5);
    assertThat(picture.getWidth()).isEqualTo(30);
    assertThat(picture.getHeight()).isEqualTo(20);
    for (int y = 0; y < 20; y++) {
      for (int x = 0; x < 30; x++) {
        assertThat(colour(picture, x, y)).isEqualTo((y / 5) << 8 | x / 5);
      }
    }
    assertThat(Drawing.factor(TILE, 60)).isEqualTo(10);
    assertThat(Drawing.factor(TILE, 3)).isEqualTo(1);
  }

  @Test
  void tilesStandInRowsOfEqualLength() {
    BufferedImage picture = Drawing.page(Collections.nCopies(5, TILE), 12, 80);
    // Two pixels a number: tiles of 12×8 and a gap of 8; four fit, so 3 + 2.
    assertThat(picture.getWidth()).isEqualTo(3 * 20);
    assertThat(picture.getHeight()).isEqualTo(2 * 16);
    assertThat(colour(picture, 4, 4)).isEqualTo(0);
    assertThat(colour(picture, 20 + 4 + 11, 16 + 4 + 7)).isEqualTo(3 << 8 | 5);
    assertThat(colour(picture, 59, 31)).isEqualTo(Colours.WHITE);
  }

  @Test
  void aBoxLiesAroundItsPixels() {
    BufferedImage picture = Drawing.boxes(TILE, 20, 1, List.of(new Drawing.Box(1, 2, 2, 3, false)));
    assertThat(picture.getWidth()).isEqualTo(8 * 20);
    assertThat(picture.getHeight()).isEqualTo(6 * 20);
    // The corners of rows 1 to 2, columns 2 to 4, behind a margin of one.
    for (int[] point : new int[][] {{60, 40}, {120, 80}, {60, 80}, {120, 40}, {90, 40}, {60, 60}}) {
      assertThat(colour(picture, point[0], point[1])).isEqualTo(Colours.MARK);
    }
    assertThat(colour(picture, 90, 60)).isEqualTo(2 << 8 | 3);
    assertThat(colour(picture, 30, 20 + 5)).isEqualTo(0);
    assertThat(colour(picture, 5, 60)).isEqualTo(Colours.PADDING);
  }

  @Test
  void aBoxThatReachesBeyondThePictureRunsAlongItsEdge() {
    BufferedImage picture =
        Drawing.boxes(TILE, 20, 0, List.of(new Drawing.Box(-50, -50, 200, 52, false)));
    assertThat(colour(picture, 40, 40)).isEqualTo(Colours.MARK);
    assertThat(colour(picture, 5, 40)).isEqualTo(Colours.MARK);
    assertThat(colour(picture, 20, 5)).isEqualTo(Colours.MARK);
    assertThat(colour(picture, 60, 5)).isEqualTo(3);
  }

  @Test
  void aReceptiveFieldIsDrawnWhereItsValueLooks() {
    ReceptiveField field =
        new ReceptiveField(
            new Axis(List.of(new Reach(6, 2, -2))), new Axis(List.of(new Reach(5, 1, -2))));
    assertThat(FieldSection.box(field, 3, 4, true)).isEqualTo(new Drawing.Box(4, 2, 6, 5, true));
    // Fields of 6 pixels, 2 apart, from -2 on: number 6 has its middle at 13, number 7 at 15.
    assertThat(FieldSection.nearest(field.rows(), 14, 13.9)).isEqualTo(6);
    assertThat(FieldSection.nearest(field.rows(), 14, 14.1)).isEqualTo(7);
    assertThat(FieldSection.nearest(field.rows(), 5, 100)).isEqualTo(4);
  }
}
