package dev.convoy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.driver.transform.BroadcastModel;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.scoring.ScoringPrecision;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * A trained network as a stage of Spark's pipelines: it adds predictions to rows with images.
 *
 * <pre>{@code
 * ConvoyModel model = ConvoyModel.load(spark, "run").setInputCol("photo");
 * Dataset<Row> scored = model.transform(spark.read().parquet("photos"));
 * }</pre>
 *
 * <p>A row keeps all its columns. A row whose image is missing or cannot be read has nulls in the
 * columns of predictions, and the reason in {@link #errorCol}. A column whose name is set to an
 * empty text is not written. The command {@code convoy score} gives equal probabilities for equal
 * images.
 *
 * <p>The form of an image follows from the type of the column and from its bytes: image files or
 * raw pixels in a binary column, paths in a column of texts, structs of Spark's {@code image} data
 * source, structs with a field {@code bytes}. {@link #setImageFormat} states it otherwise.
 *
 * <p>A model is saved as the directory that {@code convoy train} writes, with Spark's metadata
 * beside it, so that both {@code PipelineModel.load} and {@code convoy score --model} read it.
 */
public final class ConvoyModel extends Model<ConvoyModel> implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final transient ModelParams params;
  private final transient SharedModel model;
  private final transient Optional<TrainingSummary> summary;

  ConvoyModel(SharedModel model) {
    this(Identifiable$.MODULE$.randomUID("convoy"), model, Optional.empty());
  }

  ConvoyModel(String uid, SharedModel model, Optional<TrainingSummary> summary) {
    this.uid = uid; // Params read it when they are created.
    this.model = model;
    this.summary = summary;
    this.params = new ModelParams(this);
    setDefault(JavaConverters.asScalaBuffer(params.defaults()).toSeq());
  }

  /**
   * Loads a model on the active session.
   *
   * @param path a model directory, or a run
   * @throws InvalidRequestException if there is no complete model
   */
  public static ConvoyModel load(String path) {
    return load(SparkSession.active(), path);
  }

  /**
   * Loads a model.
   *
   * @param path a model directory, or a run, on any file system that the session knows
   * @throws InvalidRequestException if there is no complete model
   */
  public static ConvoyModel load(SparkSession spark, String path) {
    return ModelFiles.load(spark, path);
  }

  /** Returns the reader that {@code PipelineModel.load} uses. */
  public static MLReader<ConvoyModel> read() {
    return new MLReader<>() {
      @Override
      public ConvoyModel load(String path) {
        return ModelFiles.load(sparkSession(), path);
      }
    };
  }

  /** Returns a writer of the model directory, with the Params in Spark's metadata beside it. */
  @Override
  public MLWriter write() {
    MLWriter metadata = DefaultParamsWritable.super.write();
    return new MLWriter() {
      @Override
      public void saveImpl(String path) {
        try {
          metadata.session(sparkSession()).save(path);
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException("Cannot save the model: " + e.getMessage(), e);
        }
        ModelStore.write(ModelFiles.storage(sparkSession()), path, model.model());
      }
    };
  }

  /**
   * Reads the model again if its files have been replaced since they were read, for this object and
   * its copies. A stream calls it before each batch, to use the model that is there then ({@code
   * foreachBatch}).
   *
   * @return this
   * @throws InvalidRequestException if there is no complete model any more
   */
  public ConvoyModel reload() {
    model.reload();
    return this;
  }

  /** Returns whether this model was trained in this program, and so has a summary. */
  public boolean hasSummary() {
    return summary.isPresent();
  }

  /**
   * Returns the summary of the training.
   *
   * @throws IllegalStateException if the model was loaded
   */
  public TrainingSummary summary() {
    return summary.orElseThrow(
        () ->
            new IllegalStateException(
                "The model " + uid + " has no summary: it was not trained in this program"));
  }

  /** Returns the names of the labels; a prediction is an index of them. */
  public List<String> labels() {
    return model.model().labels();
  }

  /** Returns the names of the layers and blocks that {@link #setOutputLayer} can name. */
  public List<String> layers() {
    return layersOf(model.model().network());
  }

  static List<String> layersOf(Network network) {
    List<String> names = network.layers().stream().map(layer -> layer.name()).toList();
    return names.subList(0, names.size() - 1);
  }

  /**
   * Adds predictions to rows with images. Nothing is computed before Spark needs the result. It
   * works on streams too.
   *
   * @throws InvalidRequestException if the columns do not fit; the message names the Params to set
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    ScoringPrecision precision = ScoringPrecision.of(getOrDefault(params.precision));
    BroadcastModel broadcast = model.on(dataset.sparkSession(), precision);
    return new ModelTransform(this, params, broadcast.model()).on(dataset.toDF(), broadcast);
  }

  /**
   * Returns the columns of the result.
   *
   * @throws InvalidRequestException if the columns do not fit; the message names the Params to set
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return new ModelTransform(this, params, model.model()).schema(schema);
  }

  @Override
  public ConvoyModel copy(ParamMap extra) {
    ConvoyModel copy = new ConvoyModel(uid, model, summary);
    return copyValues(copy, extra).setParent(parent());
  }

  @Override
  public String uid() {
    return uid;
  }

  private <T> ConvoyModel with(Param<T> param, T value) {
    set(param, value);
    return this;
  }

  public Param<String> inputCol() {
    return params.inputCol;
  }

  /** Sets the column of images (default: {@code image}). */
  public ConvoyModel setInputCol(String value) {
    return with(params.inputCol, value);
  }

  public Param<String> imageFormat() {
    return params.imageFormat;
  }

  /**
   * States the form of the images instead of recognising it (default: {@code auto}): {@code
   * encoded} (image files), {@code path} (paths or URIs of such files), {@code image} (Spark's
   * image source), {@code struct} (a field {@code bytes}, and possibly {@code path}) or {@code
   * pixels}.
   */
  public ConvoyModel setImageFormat(String value) {
    return with(params.imageFormat, value);
  }

  public IntArrayParam pixelShape() {
    return params.pixelShape;
  }

  /**
   * Sets channels (1 or 3), height and width of images that are stored as raw pixels: C·H·W bytes,
   * channel-major (default: the shape of the images that the model trained on).
   */
  public ConvoyModel setPixelShape(int... value) {
    return with(params.pixelShape, value);
  }

  public Param<String> fit() {
    return params.fit;
  }

  /**
   * Sets how images of another size are resized: {@code pad}, {@code crop}, {@code stretch}, {@code
   * auto} (as the training images were), or {@code none}: each keeps its size, which the network
   * must accept (default: {@code auto}).
   */
  public ConvoyModel setFit(String value) {
    return with(params.fit, value);
  }

  public Param<String> precision() {
    return params.precision;
  }

  /**
   * Sets the precision of forward passes: float32, bfloat16, int8, or auto, which is int8 for a
   * quantized model and float32 for any other (default: auto). {@link #transform} refuses what the
   * model or this machine cannot do.
   */
  public ConvoyModel setPrecision(String value) {
    return with(params.precision, value);
  }

  public IntParam batchSize() {
    return params.batchSize;
  }

  /** Sets the number of images in one forward pass; 0 lets the network decide (default: 0). */
  public ConvoyModel setBatchSize(int value) {
    return with(params.batchSize, value);
  }

  public Param<String> predictionCol() {
    return params.predictionCol;
  }

  /** Sets the column of the predicted label's number, a double (default: {@code prediction}). */
  public ConvoyModel setPredictionCol(String value) {
    return with(params.predictionCol, value);
  }

  public Param<String> predictedLabelCol() {
    return params.predictedLabelCol;
  }

  /** Sets the column of the predicted label's name (default: {@code predictedLabel}). */
  public ConvoyModel setPredictedLabelCol(String value) {
    return with(params.predictedLabelCol, value);
  }

  public Param<String> probabilityCol() {
    return params.probabilityCol;
  }

  /** Sets the column of the vector of all probabilities (default: {@code probability}). */
  public ConvoyModel setProbabilityCol(String value) {
    return with(params.probabilityCol, value);
  }

  public Param<String> rawPredictionCol() {
    return params.rawPredictionCol;
  }

  /**
   * Sets the column of the vector of logits, whose softmax are the probabilities (default: {@code
   * rawPrediction}).
   */
  public ConvoyModel setRawPredictionCol(String value) {
    return with(params.rawPredictionCol, value);
  }

  public Param<String> outputLayer() {
    return params.outputLayer;
  }

  /**
   * Names a layer or block whose values are written as an embedding (default: none). It is not
   * inside of another block. Together with predictions it costs a second forward pass.
   */
  public ConvoyModel setOutputLayer(String value) {
    return with(params.outputLayer, value);
  }

  public Param<String> outputCol() {
    return params.outputCol;
  }

  /**
   * Sets the column of the vector of the output layer's values, those of feature maps channel-major
   * (default: {@code embedding}).
   */
  public ConvoyModel setOutputCol(String value) {
    return with(params.outputCol, value);
  }

  public IntParam topK() {
    return params.topK;
  }

  /**
   * Sets the number of most probable labels in the column {@link #topCol}; 0 for none (default: 0).
   */
  public ConvoyModel setTopK(int value) {
    return with(params.topK, value);
  }

  public Param<String> topCol() {
    return params.topCol;
  }

  /**
   * Sets the column of the most probable labels: an array of structs of label, name and probability
   * (default: {@code top}).
   */
  public ConvoyModel setTopCol(String value) {
    return with(params.topCol, value);
  }

  public Param<String> errorCol() {
    return params.errorCol;
  }

  /**
   * Sets the column of the reason why a row has no prediction; null if it has one (default: {@code
   * error}).
   */
  public ConvoyModel setErrorCol(String value) {
    return with(params.errorCol, value);
  }

  public Param<String> modelCol() {
    return params.modelCol;
  }

  /**
   * Sets the column of the SHA-256 of the model's parameters, which tells models apart (default:
   * none).
   */
  public ConvoyModel setModelCol(String value) {
    return with(params.modelCol, value);
  }
}
