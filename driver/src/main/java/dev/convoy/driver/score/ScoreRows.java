package dev.convoy.driver.score;

import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.worker.replica.ImageBatch;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.ScoringModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.collection.mutable.WrappedArray$;

/** The task of one partition: gathers rows into batches, and gives them back with predictions. */
record ScoreRows(
    Broadcast<ScoringModel> model,
    ImageFitter fitter,
    ScoreInput.Images images,
    List<String> labels,
    int batch)
    implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Scored(rows, this, new BatchScorer(model.value()));
  }

  /** One row with its pixels, or with the reason why it has none. */
  private record Prepared(Row row, byte[] pixels, String error) {}

  private Prepared prepare(Row row) {
    byte[] image = row.getAs(row.length() - 1);
    if (image == null) {
      return new Prepared(row, null, "there is no image");
    }
    if (holdsPixels(image)) {
      return new Prepared(row, image, null);
    }
    try {
      return new Prepared(row, fitter.toPixels(image), null);
    } catch (BadImageException e) {
      return new Prepared(row, null, e.getMessage());
    }
  }

  private boolean holdsPixels(byte[] image) {
    return switch (images) {
      case PIXELS -> true;
      case FILES -> false;
      case EITHER -> image.length == fitter.shape().size() && !looksEncoded(image);
    };
  }

  private static boolean looksEncoded(byte[] image) {
    return startsWith(image, 0x89, 'P', 'N', 'G') || startsWith(image, 0xFF, 0xD8, 0xFF);
  }

  private static boolean startsWith(byte[] image, int... signature) {
    if (image.length < signature.length) {
      return false;
    }
    for (int i = 0; i < signature.length; i++) {
      if ((image[i] & 0xFF) != signature[i]) {
        return false;
      }
    }
    return true;
  }

  private Row result(Prepared prepared, float[] probabilities) {
    Row row = prepared.row;
    List<Object> cells = new ArrayList<>();
    for (int column = 0; column < row.length() - 1; column++) {
      cells.add(row.get(column));
    }
    if (probabilities == null) {
      cells.addAll(Arrays.asList(null, null, null, null, prepared.error));
    } else {
      int best = BatchScorer.best(probabilities);
      cells.addAll(
          Arrays.asList(
              best,
              labels.get(best),
              probabilities[best],
              WrappedArray$.MODULE$.make(probabilities),
              null));
    }
    return RowFactory.create(cells.toArray());
  }

  private static final class Scored implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final ScoreRows scoring;
    private final BatchScorer scorer;
    private final Queue<Row> ready = new ArrayDeque<>();

    Scored(Iterator<Row> rows, ScoreRows scoring, BatchScorer scorer) {
      this.rows = rows;
      this.scoring = scoring;
      this.scorer = scorer;
    }

    @Override
    public boolean hasNext() {
      return !ready.isEmpty() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (ready.isEmpty()) {
        if (!rows.hasNext()) {
          throw new NoSuchElementException();
        }
        scoreNextBatch();
      }
      return ready.remove();
    }

    private void scoreNextBatch() {
      List<Prepared> batch = new ArrayList<>();
      List<byte[]> images = new ArrayList<>();
      while (batch.size() < scoring.batch && rows.hasNext()) {
        Prepared prepared = scoring.prepare(rows.next());
        batch.add(prepared);
        if (prepared.pixels != null) {
          images.add(prepared.pixels);
        }
      }
      float[][] probabilities =
          images.isEmpty()
              ? new float[0][]
              : scorer.probabilities(images.size(), new Images(images));
      int scored = 0;
      for (Prepared prepared : batch) {
        ready.add(
            scoring.result(prepared, prepared.pixels == null ? null : probabilities[scored++]));
      }
    }
  }

  private record Images(List<byte[]> images) implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return images.get(index);
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
