package dev.convoy;

import dev.convoy.driver.config.PrepareKeys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The Params of a {@link ConvoyClassifier}. */
final class ClassifierParams extends PredictionParams {
  final Param<String> labelCol;
  final Param<String> idCol;
  final Param<String> network;
  final Param<String> workDir;
  final IntParam channels;
  final TrainingKeys keys;

  ClassifierParams(Params parent) {
    super(parent, "none: bytes are image files");
    labelCol = new Param<>(parent, "labelCol", "column of labels: names, or class indices");
    idCol =
        new Param<>(
            parent,
            "idCol",
            "column of unique ids of the rows (default: none; ids are digests of image and label)");
    network =
        new Param<>(
            parent,
            "network",
            "network that is trained: its name, a file, or the text of a definition");
    workDir =
        new Param<>(
            parent,
            "workDir",
            "directory for the files of a fit, which are deleted at its end (default: on the"
                + " driver's disk if the tasks run there, else on the default file system)");
    channels =
        new IntParam(
            parent,
            "channels",
            "1 (grey) or 3 (colour); 3 if any image has colour, if it is not set",
            ParamValidators.inArray(new Object[] {1, 3}));
    keys = new TrainingKeys(parent);
  }

  /** Returns the Params of the model, which it takes from the classifier that trains it. */
  List<Param<?>> ofModel() {
    return super.all();
  }

  @Override
  List<Param<?>> all() {
    List<Param<?>> all = new ArrayList<>(super.all());
    all.addAll(List.of(labelCol, idCol, network, workDir, channels));
    all.addAll(keys.all());
    all.sort(Comparator.comparing(Param::name));
    return all;
  }

  @Override
  List<ParamPair<?>> defaults() {
    List<ParamPair<?>> pairs = new ArrayList<>(super.defaults());
    pairs.add(labelCol.w("label"));
    pairs.addAll(keys.defaults());
    return pairs;
  }

  /** Returns the settings of training and preparation that have a value, by the path of a key. */
  Map<String, String> settings(Params values) {
    Map<String, String> settings = keys.values(values);
    if (values.isDefined(channels)) {
      settings.put(PrepareKeys.CHANNELS.path(), String.valueOf(values.getOrDefault(channels)));
    }
    return settings;
  }
}
