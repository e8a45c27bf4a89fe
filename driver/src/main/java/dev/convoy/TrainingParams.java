package dev.convoy;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The settings of training and preparation as Params. Each is a key of {@code conf/convoy.conf},
 * which explains it, and so does {@code explainParam}: {@code train.averageEvery} is {@link
 * #averageEvery}, {@code train.augment.crop} is {@link #augmentCrop}, {@code prepare.validation} is
 * {@link #validation}, and {@code prepare.seed} is {@link #splitSeed}.
 *
 * <p>A Param without a value stands for a key whose value is {@code auto}.
 */
public interface TrainingParams extends Params {
  default IntParam epochs() {
    return (IntParam) getParam("epochs");
  }

  default IntParam batch() {
    return (IntParam) getParam("batch");
  }

  default IntParam replicas() {
    return (IntParam) getParam("replicas");
  }

  default IntParam averageEvery() {
    return (IntParam) getParam("averageEvery");
  }

  default LongParam seed() {
    return (LongParam) getParam("seed");
  }

  default Param<String> optimizer() {
    return TrainingKeys.text(this, "optimizer");
  }

  default DoubleParam learningRate() {
    return (DoubleParam) getParam("learningRate");
  }

  default Param<String> schedule() {
    return TrainingKeys.text(this, "schedule");
  }

  default DoubleParam warmupEpochs() {
    return (DoubleParam) getParam("warmupEpochs");
  }

  default IntParam stepEveryEpochs() {
    return (IntParam) getParam("stepEveryEpochs");
  }

  default DoubleParam stepFactor() {
    return (DoubleParam) getParam("stepFactor");
  }

  default DoubleParam momentum() {
    return (DoubleParam) getParam("momentum");
  }

  default DoubleParam beta1() {
    return (DoubleParam) getParam("beta1");
  }

  default DoubleParam beta2() {
    return (DoubleParam) getParam("beta2");
  }

  default DoubleParam epsilon() {
    return (DoubleParam) getParam("epsilon");
  }

  default DoubleParam l2() {
    return (DoubleParam) getParam("l2");
  }

  default DoubleParam clipNorm() {
    return (DoubleParam) getParam("clipNorm");
  }

  default Param<String> precision() {
    return TrainingKeys.text(this, "precision");
  }

  default IntParam augmentCrop() {
    return (IntParam) getParam("augmentCrop");
  }

  default Param<String> augmentPadding() {
    return TrainingKeys.text(this, "augmentPadding");
  }

  default DoubleParam augmentFlip() {
    return (DoubleParam) getParam("augmentFlip");
  }

  default Param<String> augmentFlipRule() {
    return TrainingKeys.text(this, "augmentFlipRule");
  }

  default DoubleParam augmentScaleMin() {
    return (DoubleParam) getParam("augmentScaleMin");
  }

  default DoubleParam augmentScaleMax() {
    return (DoubleParam) getParam("augmentScaleMax");
  }

  default DoubleParam augmentRotation() {
    return (DoubleParam) getParam("augmentRotation");
  }

  default DoubleParam augmentBrightness() {
    return (DoubleParam) getParam("augmentBrightness");
  }

  default DoubleParam augmentContrast() {
    return (DoubleParam) getParam("augmentContrast");
  }

  default DoubleParam augmentSaturation() {
    return (DoubleParam) getParam("augmentSaturation");
  }

  default DoubleParam augmentEraseProbability() {
    return (DoubleParam) getParam("augmentEraseProbability");
  }

  default DoubleParam augmentEraseAreaMin() {
    return (DoubleParam) getParam("augmentEraseAreaMin");
  }

  default DoubleParam augmentEraseAreaMax() {
    return (DoubleParam) getParam("augmentEraseAreaMax");
  }

  default DoubleParam augmentEraseAspectMin() {
    return (DoubleParam) getParam("augmentEraseAspectMin");
  }

  default DoubleParam augmentEraseAspectMax() {
    return (DoubleParam) getParam("augmentEraseAspectMax");
  }

  default DoubleParam augmentMixup() {
    return (DoubleParam) getParam("augmentMixup");
  }

  default DoubleParam augmentCutmix() {
    return (DoubleParam) getParam("augmentCutmix");
  }

  default Param<String> periodRule() {
    return TrainingKeys.text(this, "periodRule");
  }

  default DoubleParam periodLocalFrom() {
    return (DoubleParam) getParam("periodLocalFrom");
  }

  default DoubleParam periodCoefficient() {
    return (DoubleParam) getParam("periodCoefficient");
  }

  default DoubleParam periodTarget() {
    return (DoubleParam) getParam("periodTarget");
  }

  default IntParam periodLongest() {
    return (IntParam) getParam("periodLongest");
  }

  default Param<String> outerStep() {
    return TrainingKeys.text(this, "outerStep");
  }

  default DoubleParam outerLearningRate() {
    return (DoubleParam) getParam("outerLearningRate");
  }

  default DoubleParam outerMomentum() {
    return (DoubleParam) getParam("outerMomentum");
  }

  default DoubleParam outerBeta1() {
    return (DoubleParam) getParam("outerBeta1");
  }

  default DoubleParam outerBeta2() {
    return (DoubleParam) getParam("outerBeta2");
  }

  default DoubleParam outerEpsilon() {
    return (DoubleParam) getParam("outerEpsilon");
  }

  default Param<String> optimizerState() {
    return TrainingKeys.text(this, "optimizerState");
  }

  default Param<String> batchNorm() {
    return TrainingKeys.text(this, "batchNorm");
  }

  default Param<String> sent() {
    return TrainingKeys.text(this, "sent");
  }

  default IntParam overlap() {
    return (IntParam) getParam("overlap");
  }

  default Param<String> returnedModel() {
    return TrainingKeys.text(this, "returnedModel");
  }

  default DoubleParam returnedDecay() {
    return (DoubleParam) getParam("returnedDecay");
  }

  default IntParam returnedEpochs() {
    return (IntParam) getParam("returnedEpochs");
  }

  default IntParam stopPatience() {
    return (IntParam) getParam("stopPatience");
  }

  default Param<String> stopWatch() {
    return TrainingKeys.text(this, "stopWatch");
  }

  default IntParam rollbackTimes() {
    return (IntParam) getParam("rollbackTimes");
  }

  default DoubleParam rollbackFactor() {
    return (DoubleParam) getParam("rollbackFactor");
  }

  default IntParam checkpointEvery() {
    return (IntParam) getParam("checkpointEvery");
  }

  default IntParam checkpointKeep() {
    return (IntParam) getParam("checkpointKeep");
  }

  default Param<String> checkpointEnvironment() {
    return TrainingKeys.text(this, "checkpointEnvironment");
  }

  default Param<String> size() {
    return TrainingKeys.text(this, "size");
  }

  default Param<String> fit() {
    return TrainingKeys.text(this, "fit");
  }

  default DoubleParam validation() {
    return (DoubleParam) getParam("validation");
  }

  default LongParam splitSeed() {
    return (LongParam) getParam("splitSeed");
  }

  default Param<String> onBad() {
    return TrainingKeys.text(this, "onBad");
  }

  default Param<String> padding() {
    return TrainingKeys.text(this, "padding");
  }

  default Param<String> place() {
    return TrainingKeys.text(this, "place");
  }

  default Param<String> resample() {
    return TrainingKeys.text(this, "resample");
  }

  default Param<String> normalisation() {
    return TrainingKeys.text(this, "normalisation");
  }

  default DoubleParam maxBad() {
    return (DoubleParam) getParam("maxBad");
  }

  default Param<String> damaged() {
    return TrainingKeys.text(this, "damaged");
  }

  default Param<String> duplicates() {
    return TrainingKeys.text(this, "duplicates");
  }

  default Param<String> background() {
    return TrainingKeys.text(this, "background");
  }

  default LongParam maxPixels() {
    return (LongParam) getParam("maxPixels");
  }

  default LongParam maxBytes() {
    return (LongParam) getParam("maxBytes");
  }
}
