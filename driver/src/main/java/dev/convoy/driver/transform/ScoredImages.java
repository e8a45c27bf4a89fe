package dev.convoy.driver.transform;

import dev.convoy.data.ImageShape;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.scoring.AcceptedSizes;
import dev.convoy.worker.scoring.SizeBatches;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;

/**
 * Scores the images of one partition: collects images of one size into batches, and returns one
 * result for each row, in the order of the rows.
 *
 * <p>The rows that wait for a batch, or for an earlier row, are bounded by their number and by the
 * bytes of their images.
 *
 * @param <R> a row of the input
 * @param <K> the part of a row that its result keeps
 */
public final class ScoredImages<R, K> implements Iterator<ScoredImages.Scored<K>> {
  /** Memory limit in bytes for the images of rows that wait, stored and decoded. */
  private static final long MOST_HELD_BYTES = 64L << 20;

  /** Limit for rows that wait, in batches. */
  private static final int MOST_HELD_BATCHES = 4;

  private final Iterator<R> rows;
  private final Function<R, ImageRow> cells;
  private final Function<R, K> keep;
  private final ImageReader reader;
  private final Storage storage;
  private final ScoringListener listener;
  private final AcceptedSizes sizes;
  private final ForwardPass.Open networks;
  private final int mostHeld;
  private final SizeBatches<Held<K>> waiting;
  private final Queue<Held<K>> held = new ArrayDeque<>();
  private long heldBytes;

  /**
   * The result of one row.
   *
   * @param kept part of the row
   * @param prediction empty if the image could not be scored
   * @param error the reason why not; empty if there is a prediction
   */
  public record Scored<K>(K kept, Optional<Prediction> prediction, String error) {}

  /** A row that has not been returned. */
  private static final class Held<K> {
    final K kept;
    final ImageShape shape;
    final long bytes;
    byte[] pixels;
    Scored<K> result;

    Held(K kept, ImageReader.Decoded image) {
      this.kept = kept;
      this.shape = image.shape();
      this.pixels = image.image().pixels();
      this.bytes = (long) image.storedBytes() + pixels.length;
    }

    Held(K kept, String error) {
      this.kept = kept;
      this.shape = null;
      this.bytes = 0;
      this.result = new Scored<>(kept, Optional.empty(), error);
    }

    void finish(Prediction prediction) {
      result = new Scored<>(kept, Optional.of(prediction), "");
      pixels = null;
    }
  }

  /**
   * Starts with the rows of a partition.
   *
   * @param cells gives access to the cells of a row
   * @param keep returns the part of a row that its result keeps; what it returns must stay valid
   *     after the next row is read
   */
  public ScoredImages(
      Iterator<R> rows,
      Function<R, ImageRow> cells,
      Function<R, K> keep,
      ImageReader reader,
      ForwardPass pass,
      Storage storage,
      ScoringListener listener) {
    this.rows = rows;
    this.cells = cells;
    this.keep = keep;
    this.reader = reader;
    this.storage = storage;
    this.listener = listener;
    this.sizes = pass.sizes();
    this.networks = pass.open();
    this.mostHeld = (int) Math.min(Integer.MAX_VALUE, (long) MOST_HELD_BATCHES * pass.batch());
    this.waiting = new SizeBatches<>(sizes::batch, MOST_HELD_BYTES, mostHeld);
  }

  @Override
  public boolean hasNext() {
    while (!firstIsReady() && rows.hasNext()) {
      add(rows.next());
    }
    if (!firstIsReady() && !held.isEmpty()) {
      scoreWith(held.element());
    }
    return !held.isEmpty();
  }

  @Override
  public Scored<K> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Held<K> first = held.remove();
    heldBytes -= first.bytes;
    listener.finished();
    return first.result;
  }

  private boolean firstIsReady() {
    return !held.isEmpty() && held.element().result != null;
  }

  private void add(R row) {
    Held<K> one;
    try {
      ImageReader.Decoded image = reader.read(cells.apply(row), storage, sizes);
      listener.decoded(image.image());
      one = new Held<>(keep.apply(row), image);
    } catch (BadImageException e) {
      held.add(new Held<>(keep.apply(row), e.getMessage()));
      return;
    }
    held.add(one);
    heldBytes += one.bytes;
    waiting.add(one.shape, one).ifPresent(this::score);
    if (!firstIsReady() && (held.size() > mostHeld || heldBytes > MOST_HELD_BYTES)) {
      scoreWith(held.element());
    }
  }

  /** Scores the batch that a row waits for, although it is not full. */
  private void scoreWith(Held<K> row) {
    score(new SizeBatches.Batch<>(row.shape, waiting.take(row.shape)));
  }

  private void score(SizeBatches.Batch<Held<K>> batch) {
    List<Held<K>> images = batch.images();
    Prediction[] predictions =
        networks.predict(batch.shape(), images.size(), index -> images.get(index).pixels);
    for (int i = 0; i < predictions.length; i++) {
      images.get(i).finish(predictions[i]);
    }
  }
}
