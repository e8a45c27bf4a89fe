package dev.convoy;

import dev.convoy.driver.transform.ImageFormat;
import java.util.List;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/**
 * The Params of images and predictions, which a {@link ConvoyModel} and the {@link
 * ConvoyClassifier} that trains it share. A column whose name is an empty text is not written.
 */
class PredictionParams {
  final Param<String> inputCol;
  final Param<String> imageFormat;
  final IntArrayParam pixelShape;
  final Param<String> predictionCol;
  final Param<String> predictedLabelCol;
  final Param<String> probabilityCol;
  final Param<String> rawPredictionCol;
  final Param<String> outputLayer;
  final Param<String> outputCol;
  final IntParam topK;
  final Param<String> topCol;
  final Param<String> errorCol;
  final Param<String> modelCol;

  PredictionParams(Params parent, String unstatedShape) {
    inputCol = new Param<>(parent, "inputCol", "column of images");
    imageFormat =
        oneOf(
            parent,
            "imageFormat",
            "form of the images: auto recognises it by type and bytes",
            ImageFormat.keys());
    pixelShape =
        new IntArrayParam(
            parent,
            "pixelShape",
            "channels, height and width of images that are stored as raw pixels (default: "
                + unstatedShape
                + ")");
    predictionCol = new Param<>(parent, "predictionCol", "column of the predicted label's number");
    predictedLabelCol =
        new Param<>(parent, "predictedLabelCol", "column of the predicted label's name");
    probabilityCol =
        new Param<>(parent, "probabilityCol", "column of the vector of all probabilities");
    rawPredictionCol = new Param<>(parent, "rawPredictionCol", "column of the vector of logits");
    outputLayer =
        new Param<>(parent, "outputLayer", "layer whose values are written as an embedding");
    outputCol = new Param<>(parent, "outputCol", "column of the vector of that layer's values");
    topK =
        new IntParam(
            parent,
            "topK",
            "number of most probable labels to write; 0 for none",
            ParamValidators.gtEq(0));
    topCol = new Param<>(parent, "topCol", "column of the most probable labels");
    errorCol = new Param<>(parent, "errorCol", "column of the reason why a row has no prediction");
    modelCol = new Param<>(parent, "modelCol", "column of the SHA-256 of the model's parameters");
  }

  static Param<String> oneOf(Params parent, String name, String doc, List<String> words) {
    return new Param<>(
        parent,
        name,
        doc + ": " + String.join(", ", words),
        ParamValidators.inArray(words.toArray()));
  }

  /** Returns all Params. */
  List<Param<?>> all() {
    return List.of(
        inputCol,
        imageFormat,
        pixelShape,
        predictionCol,
        predictedLabelCol,
        probabilityCol,
        rawPredictionCol,
        outputLayer,
        outputCol,
        topK,
        topCol,
        errorCol,
        modelCol);
  }

  /** Returns the default of every Param that has one. */
  List<ParamPair<?>> defaults() {
    return List.of(
        inputCol.w("image"),
        imageFormat.w(ImageFormat.AUTO.key()),
        predictionCol.w("prediction"),
        predictedLabelCol.w("predictedLabel"),
        probabilityCol.w("probability"),
        rawPredictionCol.w("rawPrediction"),
        outputCol.w("embedding"),
        topK.w(0),
        topCol.w("top"),
        errorCol.w("error"),
        modelCol.w(""));
  }
}
