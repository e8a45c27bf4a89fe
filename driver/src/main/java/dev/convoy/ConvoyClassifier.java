package dev.convoy;

import dev.convoy.data.InvalidRequestException;
import java.util.Optional;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * Trains a network on rows with images and labels, as a stage of Spark's pipelines.
 *
 * <pre>{@code
 * ConvoyModel model =
 *     new ConvoyClassifier().setInputCol("photo").setNetwork("resnet-8").setEpochs(10).fit(photos);
 * }</pre>
 *
 * <p>It trains on the dataset that {@code convoy prepare} makes of the same images with the same
 * ids, and gives the parameters that {@code convoy train} gives on it, bit for bit. They depend
 * neither on the order of the rows nor on their partitions.
 *
 * <p>The files of a fit are in a directory of its own, which is deleted at the end. The fits of an
 * application may be started in parallel, and train one after the other.
 */
public final class ConvoyClassifier extends Estimator<ConvoyModel>
    implements TrainingParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final transient ClassifierParams params;

  /** Creates a classifier, for which at least a network must be set. */
  public ConvoyClassifier() {
    this(Identifiable$.MODULE$.randomUID("convoyClassifier"));
  }

  /** Creates a classifier with an identifier. */
  public ConvoyClassifier(String uid) {
    this.uid = uid; // Params read it when they are created.
    this.params = new ClassifierParams(this);
    setDefault(JavaConverters.asScalaBuffer(params.defaults()).toSeq());
  }

  /**
   * Loads a classifier on the active session.
   *
   * @throws InvalidRequestException if it cannot be read
   */
  public static ConvoyClassifier load(String path) {
    return read().load(path);
  }

  /** Returns the reader that {@code Pipeline.load} uses. */
  public static MLReader<ConvoyClassifier> read() {
    return new MLReader<>() {
      @Override
      public ConvoyClassifier load(String path) {
        return open(sparkSession(), path);
      }
    };
  }

  private static ConvoyClassifier open(SparkSession session, String path) {
    SavedParams saved =
        SavedParams.read(
                ModelFiles.storage(session), path, "the classifier", ConvoyClassifier.class)
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "Cannot open the classifier " + path + ": it has no directory metadata"));
    ConvoyClassifier loaded = new ConvoyClassifier(saved.uid());
    saved.setAll(loaded);
    return loaded;
  }

  /**
   * Trains on rows with images and labels.
   *
   * @throws InvalidRequestException if Params or columns are not valid, with all faults
   * @throws dev.convoy.data.JobFailedException if rows have no label or no image that can be read
   *     and {@link #onBad()} does not allow it, or if the training diverges
   */
  @Override
  public ConvoyModel fit(Dataset<?> dataset) {
    ClassifierFit.Fitted fitted = ClassifierFit.run(this, params, dataset.toDF());
    ConvoyModel model =
        new ConvoyModel(uid, new SharedModel(fitted.model()), Optional.of(fitted.summary()));
    params.ofModel().forEach(param -> copyTo(model, param));
    return model.setParent(this);
  }

  private <T> void copyTo(ConvoyModel model, Param<T> param) {
    if (isSet(param)) {
      model.set(model.getParam(param.name()), getOrDefault(param));
    }
  }

  /**
   * Returns the columns of the fitted model's result. The names of labels are in the metadata of
   * {@link #predictionCol()} if they are in that of {@link #labelCol()}.
   *
   * @throws InvalidRequestException if the columns do not fit; the message names the Params to set
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return ClassifierRequest.schema(this, params, schema);
  }

  @Override
  public ConvoyClassifier copy(ParamMap extra) {
    return copyValues(new ConvoyClassifier(uid), extra);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Returns all Params, sorted by name. */
  @Override
  public Param<?>[] params() {
    return params.all().toArray(Param<?>[]::new);
  }

  private <T> ConvoyClassifier with(Param<T> param, T value) {
    set(param, value);
    return this;
  }

  public Param<String> inputCol() {
    return params.inputCol;
  }

  /** Sets the column of images (default: {@code image}). */
  public ConvoyClassifier setInputCol(String value) {
    return with(params.inputCol, value);
  }

  public Param<String> imageFormat() {
    return params.imageFormat;
  }

  /**
   * States the form of the images, as {@link ConvoyModel#setImageFormat} does (default: {@code
   * auto}).
   */
  public ConvoyClassifier setImageFormat(String value) {
    return with(params.imageFormat, value);
  }

  public IntArrayParam pixelShape() {
    return params.pixelShape;
  }

  /**
   * Sets channels, height and width of images that are stored as raw pixels: C·H·W bytes,
   * channel-major (default: none; bytes are image files).
   */
  public ConvoyClassifier setPixelShape(int... value) {
    return with(params.pixelShape, value);
  }

  public Param<String> labelCol() {
    return params.labelCol;
  }

  /**
   * Sets the column of labels: names, or class indices, whose names are taken from the metadata of
   * the column if a StringIndexer has written them there (default: {@code label}).
   */
  public ConvoyClassifier setLabelCol(String value) {
    return with(params.labelCol, value);
  }

  public Param<String> idCol() {
    return params.idCol;
  }

  /**
   * Sets the column of ids, strings or numbers, each in one row only. Without it, ids are digests
   * of image and label (default: none).
   */
  public ConvoyClassifier setIdCol(String value) {
    return with(params.idCol, value);
  }

  public Param<String> network() {
    return params.network;
  }

  /**
   * Sets the network: its name in {@code conf/networks}, a file on the disk of the driver, or the
   * text of a definition. There is no default.
   */
  public ConvoyClassifier setNetwork(String value) {
    return with(params.network, value);
  }

  public Param<String> workDir() {
    return params.workDir;
  }

  /**
   * Sets the directory for the files of a fit, which are deleted at its end. All executors must see
   * it (default: on the disk of the driver if tasks run there, else on the default file system).
   */
  public ConvoyClassifier setWorkDir(String value) {
    return with(params.workDir, value);
  }

  public IntParam channels() {
    return params.channels;
  }

  /**
   * Sets the channels of the images that the network is trained on: 1 or 3 (default: 3 if any image
   * has colour).
   */
  public ConvoyClassifier setChannels(int value) {
    return with(params.channels, value);
  }

  public Param<String> predictionCol() {
    return params.predictionCol;
  }

  /**
   * Sets a column of the model, as {@link ConvoyModel#setPredictionCol} does (default: {@code
   * prediction}).
   */
  public ConvoyClassifier setPredictionCol(String value) {
    return with(params.predictionCol, value);
  }

  public Param<String> predictedLabelCol() {
    return params.predictedLabelCol;
  }

  /**
   * Sets a column of the model, as {@link ConvoyModel#setPredictedLabelCol} does (default: {@code
   * predictedLabel}).
   */
  public ConvoyClassifier setPredictedLabelCol(String value) {
    return with(params.predictedLabelCol, value);
  }

  public Param<String> probabilityCol() {
    return params.probabilityCol;
  }

  /**
   * Sets a column of the model, as {@link ConvoyModel#setProbabilityCol} does (default: {@code
   * probability}).
   */
  public ConvoyClassifier setProbabilityCol(String value) {
    return with(params.probabilityCol, value);
  }

  public Param<String> rawPredictionCol() {
    return params.rawPredictionCol;
  }

  /**
   * Sets a column of the model, as {@link ConvoyModel#setRawPredictionCol} does (default: {@code
   * rawPrediction}).
   */
  public ConvoyClassifier setRawPredictionCol(String value) {
    return with(params.rawPredictionCol, value);
  }

  public Param<String> errorCol() {
    return params.errorCol;
  }

  /**
   * Sets a column of the model, as {@link ConvoyModel#setErrorCol} does (default: {@code error}).
   */
  public ConvoyClassifier setErrorCol(String value) {
    return with(params.errorCol, value);
  }

  public Param<String> modelCol() {
    return params.modelCol;
  }

  /** Sets a column of the model, as {@link ConvoyModel#setModelCol} does (default: none). */
  public ConvoyClassifier setModelCol(String value) {
    return with(params.modelCol, value);
  }

  public Param<String> outputLayer() {
    return params.outputLayer;
  }

  public Param<String> outputCol() {
    return params.outputCol;
  }

  public IntParam topK() {
    return params.topK;
  }

  public Param<String> topCol() {
    return params.topCol;
  }

  /** Sets the passes over the rows ({@link #epochs()}). */
  public ConvoyClassifier setEpochs(int value) {
    return with(epochs(), value);
  }

  /** Sets the examples of a minibatch of each replica ({@link #batch()}). */
  public ConvoyClassifier setBatch(int value) {
    return with(batch(), value);
  }

  /** Sets the copies of the network that are trained in parallel ({@link #replicas()}). */
  public ConvoyClassifier setReplicas(int value) {
    return with(replicas(), value);
  }

  /** Sets the local steps between two averagings ({@link #averageEvery()}). */
  public ConvoyClassifier setAverageEvery(int value) {
    return with(averageEvery(), value);
  }

  /** Sets the peak learning rate ({@link #learningRate()}). */
  public ConvoyClassifier setLearningRate(double value) {
    return with(learningRate(), value);
  }

  /** Sets the optimizer ({@link #optimizer()}). */
  public ConvoyClassifier setOptimizer(String value) {
    return with(optimizer(), value);
  }

  /** Sets the seed of the training ({@link #seed()}). */
  public ConvoyClassifier setSeed(long value) {
    return with(seed(), value);
  }

  /** Sets the size of the images, {@code HxW} in pixels ({@link #size()}). */
  public ConvoyClassifier setSize(String value) {
    return with(size(), value);
  }

  /**
   * Sets how images of another size are resized: {@code pad}, {@code crop} or {@code stretch}
   * ({@link #fit()}).
   */
  public ConvoyClassifier setFit(String value) {
    return with(fit(), value);
  }

  /**
   * Sets the pixels beside a padded image: {@code zero}, {@code edge}, {@code mean}, {@code
   * reflect} or {@code #rrggbb} ({@link #padding()}). The model pads the images that it predicts in
   * the same way.
   */
  public ConvoyClassifier setPadding(String value) {
    return with(padding(), value);
  }

  /**
   * Sets how pixels become the values that the network takes: {@code dataset}, {@code imagenet},
   * {@code unit}, {@code symmetric} or {@code per-image} ({@link #normalisation()}).
   */
  public ConvoyClassifier setNormalisation(String value) {
    return with(normalisation(), value);
  }

  /** Sets the share of rows that is held out for validation ({@link #validation()}). */
  public ConvoyClassifier setValidation(double value) {
    return with(validation(), value);
  }

  /**
   * Sets what happens if a row has no label or no image that can be read: {@code fail} or {@code
   * reject} ({@link #onBad()}).
   */
  public ConvoyClassifier setOnBad(String value) {
    return with(onBad(), value);
  }

  /**
   * Sets what transparent pixels are drawn on: {@code black}, {@code white}, {@code mean}, {@code
   * #rrggbb}, or {@code refuse} ({@link #background()}). The model draws the images that it
   * predicts in the same way.
   */
  public ConvoyClassifier setBackground(String value) {
    return with(background(), value);
  }
}
