package dev.convoy.worker.scoring;

import java.io.Serializable;
import java.util.Optional;

/**
 * The scores of a split.
 *
 * @param details empty unless they were asked for
 */
public record ScoredSplit(Confusion confusion, Optional<ScoreDetails> details) {

  /** A part of a split, as a task returns it. */
  public record Part(Confusion confusion, ScoreDetails details) implements Serializable {}

  /** Returns the scores without any example. */
  public static ScoredSplit none(int labels, boolean withDetails) {
    return new ScoredSplit(
        new Confusion(labels),
        withDetails ? Optional.of(new ScoreDetails(labels)) : Optional.empty());
  }

  /** Returns the scores of this part and another one, which has details if this one has. */
  public ScoredSplit plus(Part part) {
    return new ScoredSplit(
        confusion.plus(part.confusion), details.map(sum -> sum.plus(part.details)));
  }
}
