package dev.convoy.driver.explain.measure;

import dev.convoy.data.Checks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/**
 * Measures translation invariance. Every image of a sample is shifted by whole pixels, and its
 * prediction is compared with that of the unshifted image. Pixels that enter have the image's
 * {@link Pixels#background()}.
 */
public final class Shifts {
  /** Largest number of shifts in one direction. */
  private static final int MAX_STEPS = 5;

  private final int images;
  private final List<Integer> offsets;
  private final List<Cell> cells;

  /**
   * The results of one shift of all images.
   *
   * @param down rows; negative is up
   * @param right columns; negative is left
   * @param unchanged share of the images whose prediction is unchanged
   * @param probability mean probability of the label that is predicted without a shift
   */
  public record Cell(int down, int right, double unchanged, double probability) {
    /** Returns the larger of both shifts, in pixels. */
    public int distance() {
      return Math.max(Math.abs(down), Math.abs(right));
    }
  }

  /** Receives the progress after each row of shifts. */
  public interface Progress {
    void done(int shifts, int ofShifts);
  }

  private Shifts(int images, List<Integer> offsets, List<Cell> cells) {
    this.images = images;
    this.offsets = List.copyOf(offsets);
    this.cells = List.copyOf(cells);
  }

  /**
   * Shifts the images in both directions.
   *
   * @param images at least one, all of one shape
   * @param reach largest shift in pixels, at least 1; large ones are reached in steps of several
   *     pixels
   */
  public static Shifts measure(
      List<Pixels> images, int reach, Predictor predictor, Progress progress) {
    Checks.that(!images.isEmpty(), "images", "there must be at least one");
    Checks.atLeast(1, reach, "reach");
    List<Integer> offsets = offsets(reach);
    float[][] before = predictor.probabilities(images);
    List<List<Integer>> fills = images.stream().map(Pixels::background).toList();
    List<Cell> cells = new ArrayList<>();
    for (int down : offsets) {
      for (int right : offsets) {
        List<Pixels> shifted = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
          shifted.add(images.get(i).shifted(down, right, fills.get(i)));
        }
        cells.add(cell(down, right, before, predictor.probabilities(shifted)));
      }
      progress.done(cells.size(), offsets.size() * offsets.size());
    }
    return new Shifts(images.size(), offsets, cells);
  }

  private static List<Integer> offsets(int reach) {
    int step = (reach + MAX_STEPS - 1) / MAX_STEPS;
    TreeSet<Integer> offsets = new TreeSet<>();
    for (int offset = 0; offset <= reach; offset += step) {
      Collections.addAll(offsets, offset, -offset);
    }
    return List.copyOf(offsets);
  }

  private static Cell cell(int down, int right, float[][] before, float[][] after) {
    int same = 0;
    double probability = 0;
    for (int i = 0; i < before.length; i++) {
      int label = Predictor.best(before[i]);
      same += Predictor.best(after[i]) == label ? 1 : 0;
      probability += after[i][label];
    }
    return new Cell(down, right, (double) same / before.length, probability / before.length);
  }

  /** Returns the number of shifted images. */
  public int images() {
    return images;
  }

  /** Returns the shifts along each axis in pixels, in ascending order, with 0 in the middle. */
  public List<Integer> offsets() {
    return offsets;
  }

  /** Returns all shifts, from top to bottom, each row from left to right. */
  public List<Cell> cells() {
    return cells;
  }

  /**
   * The means over all shifts of one distance.
   *
   * @param distance in pixels
   * @param unchanged mean share of the images whose prediction is unchanged
   * @param probability mean probability of the label that is predicted without a shift
   */
  public record Ring(int distance, double unchanged, double probability) {}

  /** Returns the means over all shifts of one distance, for each distance from 0. */
  public List<Ring> rings() {
    List<Ring> rings = new ArrayList<>();
    for (int distance : offsets) {
      List<Cell> ring = cells.stream().filter(cell -> cell.distance() == distance).toList();
      if (distance >= 0) {
        rings.add(
            new Ring(
                distance,
                ring.stream().mapToDouble(Cell::unchanged).average().orElseThrow(),
                ring.stream().mapToDouble(Cell::probability).average().orElseThrow()));
      }
    }
    return rings;
  }
}
