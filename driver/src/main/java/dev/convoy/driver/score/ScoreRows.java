package dev.convoy.driver.score;

import dev.convoy.data.image.BadImageException;
import dev.convoy.worker.replica.ImageBatch;
import dev.convoy.worker.scoring.AcceptedSizes;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.ScoringModel;
import dev.convoy.worker.scoring.SizeBatches;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/**
 * The task of one partition: collects images of one size into batches and returns their rows with
 * predictions. A row whose image cannot be scored is returned at once, so the order of the rows of
 * a partition may change.
 *
 * @param batch largest number of images of a forward pass
 * @param done counts finished rows
 * @param changed counts images that had another shape than the network
 */
record ScoreRows(
    Broadcast<ScoringModel> model,
    ImageReader reader,
    ScoreColumns columns,
    int batch,
    LongAccumulator done,
    ChangedImages changed)
    implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /** Memory limit in bytes for pixels that wait for others of their size. */
  private static final long MOST_WAITING_BYTES = 64L << 20;

  /** Limit for waiting images, in batches. */
  private static final int MOST_WAITING_BATCHES = 4;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    AcceptedSizes sizes = new AcceptedSizes(model.value().network(), batch);
    return new Scored(rows, this, sizes, new BatchScorer(model.value()));
  }

  private int mostWaiting() {
    return (int) Math.min(Integer.MAX_VALUE, (long) MOST_WAITING_BATCHES * batch);
  }

  /** A row that waits for its batch: its key columns and the pixels of its image. */
  private record Waiting(Object[] keys, byte[] pixels) {}

  private static final class Scored implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final ScoreRows scoring;
    private final AcceptedSizes sizes;
    private final BatchScorer scorer;
    private final SizeBatches<Waiting> waiting;
    private final Queue<Row> ready = new ArrayDeque<>();

    Scored(Iterator<Row> rows, ScoreRows scoring, AcceptedSizes sizes, BatchScorer scorer) {
      this.rows = rows;
      this.scoring = scoring;
      this.sizes = sizes;
      this.scorer = scorer;
      this.waiting = new SizeBatches<>(sizes::batch, MOST_WAITING_BYTES, scoring.mostWaiting());
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && rows.hasNext()) {
        add(rows.next());
      }
      if (ready.isEmpty()) {
        waiting.rest().ifPresent(this::score);
      }
      return !ready.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }

    private void add(Row row) {
      Object[] keys = new Object[row.length() - 1];
      Arrays.setAll(keys, row::get);
      ImageReader.Decoded image;
      try {
        image = scoring.reader.read(row.getAs(row.length() - 1), sizes);
      } catch (BadImageException e) {
        give(scoring.columns.failed(keys, e.getMessage()));
        return;
      }
      scoring.changed.add(image.image());
      Optional<SizeBatches.Batch<Waiting>> full =
          waiting.add(image.shape(), new Waiting(keys, image.image().pixels()));
      full.ifPresent(this::score);
    }

    private void score(SizeBatches.Batch<Waiting> batch) {
      List<Waiting> images = batch.images();
      float[][] probabilities =
          scorer.probabilities(batch.shape(), images.size(), new Images(images));
      for (int i = 0; i < probabilities.length; i++) {
        give(scoring.columns.scored(images.get(i).keys, probabilities[i]));
      }
    }

    private void give(Row row) {
      ready.add(row);
      scoring.done.add(1);
    }
  }

  private record Images(List<Waiting> images) implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return images.get(index).pixels;
    }

    @Override
    public int offset(int index) {
      return 0;
    }

    @Override
    public int label(int index) {
      return -1;
    }
  }
}
