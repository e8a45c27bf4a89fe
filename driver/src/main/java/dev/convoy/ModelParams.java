package dev.convoy;

import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.scoring.ScoringPrecision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The Params of a {@link ConvoyModel}. */
final class ModelParams extends PredictionParams {
  final Param<String> fit;
  final IntParam batchSize;
  final Param<String> precision;

  ModelParams(Params parent) {
    super(parent, "those of the images that the model trained on");
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
    precision =
        oneOf(
            parent,
            "precision",
            "precision of forward passes; auto: int8 for a quantized model, float32 for any other",
            Arrays.stream(ScoringPrecision.values()).map(ScoringPrecision::key).toList());
  }

  @Override
  List<ParamPair<?>> defaults() {
    List<ParamPair<?>> pairs = new ArrayList<>(super.defaults());
    pairs.add(fit.w(FitChoice.AUTO.key()));
    pairs.add(batchSize.w(0));
    pairs.add(precision.w(ScoringPrecision.AUTO.key()));
    return pairs;
  }
}
