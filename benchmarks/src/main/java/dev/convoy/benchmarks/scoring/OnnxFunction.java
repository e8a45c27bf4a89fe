package dev.convoy.benchmarks.scoring;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.convoy.data.ImageShape;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A function of {@code mapPartitions} as an engineer would write it by hand: one onnxruntime
 * session for the executor with one thread for each task, decoding by ImageIO, and batches of rows.
 * The ONNX file takes bytes and normalises them itself.
 *
 * @param onnx the file
 * @param form form of the images
 * @param shape shape of the images
 * @param batch rows of a batch
 */
record OnnxFunction(byte[] onnx, ImageForm form, ImageShape shape, int batch)
    implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /** Columns of the result. */
  static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("prediction", DataTypes.IntegerType)
          .add("confidence", DataTypes.FloatType)
          .add("probabilities", DataTypes.createArrayType(DataTypes.FloatType, false));

  /** The session of this process. */
  private static final class Session {
    private static OrtSession opened;

    private Session() {}

    static synchronized OrtSession of(byte[] onnx) throws OrtException {
      if (opened == null) {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        opened = OrtEnvironment.getEnvironment().createSession(onnx, options);
      }
      return opened;
    }
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    ByteBuffer pixels = ByteBuffer.allocateDirect(batch * shape.size());
    return new Iterator<>() {
      private Iterator<Row> scored = List.<Row>of().iterator();

      @Override
      public boolean hasNext() {
        return scored.hasNext() || rows.hasNext();
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        if (!scored.hasNext()) {
          scored = scoreNext(rows, pixels);
        }
        return scored.next();
      }
    };
  }

  private Iterator<Row> scoreNext(Iterator<Row> rows, ByteBuffer pixels) {
    List<Row> taken = new ArrayList<>(batch);
    pixels.clear();
    while (taken.size() < batch && rows.hasNext()) {
      Row row = rows.next();
      taken.add(row);
      put(row.getAs(1), pixels);
    }
    long[] dimensions = {taken.size(), shape.channels(), shape.height(), shape.width()};
    List<Row> scored = new ArrayList<>(taken.size());
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), pixels.flip(), dimensions, OnnxJavaType.UINT8);
        OrtSession.Result result = run(input)) {
      float[][] probabilities = (float[][]) result.get(0).getValue();
      for (int index = 0; index < taken.size(); index++) {
        float[] values = probabilities[index];
        int best = 0;
        for (int label = 1; label < values.length; label++) {
          best = values[label] > values[best] ? label : best;
        }
        scored.add(RowFactory.create(taken.get(index).getLong(0), best, values[best], values));
      }
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot run the ONNX file", e);
    }
    return scored.iterator();
  }

  private OrtSession.Result run(OnnxTensor input) throws OrtException {
    OrtSession session = Session.of(onnx);
    return session.run(Map.of(session.getInputNames().iterator().next(), input));
  }

  private void put(byte[] stored, ByteBuffer pixels) {
    if (form == ImageForm.PIXELS) {
      pixels.put(stored);
      return;
    }
    try {
      Raster raster = ImageIO.read(new ByteArrayInputStream(stored)).getRaster();
      int[] samples = new int[shape.height() * shape.width()];
      for (int channel = 0; channel < shape.channels(); channel++) {
        raster.getSamples(0, 0, shape.width(), shape.height(), channel, samples);
        for (int sample : samples) {
          pixels.put((byte) sample);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot decode an image", e);
    }
  }
}
