package dev.convoy;

import dev.convoy.driver.transform.FitChoice;
import dev.convoy.driver.transform.ImageFormat;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** The Params of a {@link ConvoyModel}. A column whose name is an empty text is not written. */
final class ModelParams {
  final Param<String> inputCol;
  final Param<String> imageFormat;
  final IntArrayParam pixelShape;
  final Param<String> fit;
  final IntParam batchSize;
  final Param<String> predictionCol;
  final Param<String> predictedLabelCol;
  final Param<String> probabilityCol;
  final Param<String> rawPredictionCol;
  final Param<String> outputLayer;
  final Param<String> outputCol;
  final IntParam topK;
  final Param<String> topCol;
  final Param<String> errorCol;

  ModelParams(Params parent) {
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
            "channels, height and width of images that are stored as raw pixels (default: those of"
                + " the images that the model trained on)");
    fit =
        oneOf(
            parent,
            "fit",
            "how images of another size are resized; auto: as the training images were",
            Arrays.stream(FitChoice.values()).map(FitChoice::key).toList());
    batchSize =
        new IntParam(
            parent,
            "batchSize",
            "images in one forward pass; 0 lets the network decide",
            ParamValidators.gtEq(0));
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
  }

  private static Param<String> oneOf(Params parent, String name, String doc, List<String> words) {
    return new Param<>(
        parent,
        name,
        doc + ": " + String.join(", ", words),
        ParamValidators.inArray(words.toArray()));
  }

  /** Returns the default of every Param that has one. */
  Seq<ParamPair<?>> defaults() {
    List<ParamPair<?>> pairs =
        List.of(
            inputCol.w("image"),
            imageFormat.w(ImageFormat.AUTO.key()),
            fit.w(FitChoice.AUTO.key()),
            batchSize.w(0),
            predictionCol.w("prediction"),
            predictedLabelCol.w("predictedLabel"),
            probabilityCol.w("probability"),
            rawPredictionCol.w("rawPrediction"),
            outputCol.w("embedding"),
            topK.w(0),
            topCol.w("top"),
            errorCol.w("error"));
    return JavaConverters.asScalaBuffer(pairs).toSeq();
  }
}
