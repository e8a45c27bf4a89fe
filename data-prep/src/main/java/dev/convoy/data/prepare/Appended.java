package dev.convoy.data.prepare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.Geometry;
import dev.convoy.data.image.Padding;
import dev.convoy.data.image.Place;
import dev.convoy.data.image.Resampling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Gives a plan the settings of the dataset to which its images are added. A setting with its
 * default is taken for one that was not given.
 */
record Appended(Manifest dataset, Problems problems) {
  private static final PreparePlan.Builder DEFAULTS = PreparePlan.from("", "");

  void apply(PreparePlan.Builder plan) {
    JsonNode made = dataset.plan();
    ImageSize size = new ImageSize(dataset.shape().height(), dataset.shape().width());
    require("--size", text(plan.size), text(DEFAULTS.size), size.toString());
    plan.size = Optional.of(size);
    int channels = dataset.shape().channels();
    require("--channels", plan.channels.orElse(channels), channels, channels);
    plan.channels = OptionalInt.of(channels);
    Geometry geometry = geometry(made);
    Geometry wanted = plan.geometry;
    Geometry usual = DEFAULTS.geometry;
    require("--fit", wanted.fit().key(), usual.fit().key(), geometry.fit().key());
    require("--padding", wanted.padding().key(), usual.padding().key(), geometry.padding().key());
    require("--place", wanted.place().key(), usual.place().key(), geometry.place().key());
    require(
        "--resample",
        wanted.resampling().key(),
        usual.resampling().key(),
        geometry.resampling().key());
    plan.geometry = geometry;
    Optional<Background> background = Background.of(made.path("background").asText("black"));
    require(
        "--background",
        text(plan.background.map(Background::key)),
        text(DEFAULTS.background),
        text(background.map(Background::key)));
    plan.background = background;
    Normalisation.Kind normalisation = dataset.normalisation().kind();
    require(
        "--normalisation",
        plan.normalisation.key(),
        DEFAULTS.normalisation.key(),
        normalisation.key());
    plan.normalisation = normalisation;
    double validation = made.path("validation").asDouble(PreparePlan.DEFAULT_VALIDATION);
    require("--validation", plan.validation, DEFAULTS.validation, validation);
    plan.validation = validation;
    double test = made.path("test").asDouble(PreparePlan.DEFAULT_TEST);
    require("--test", plan.test, DEFAULTS.test, test);
    plan.test = test;
    long seed = made.path("seed").asLong(PreparePlan.DEFAULT_SEED);
    require("--seed", plan.seed, DEFAULTS.seed, seed);
    plan.seed = seed;
    require("labels", plan.labels, List.of(), dataset.labels());
    plan.labels = dataset.labels();
    refuse(
        plan.duplicates != Duplicates.KEEP,
        "--duplicates " + plan.duplicates.key(),
        "looks at the new images only, and so cannot be used with --append");
    String duplicates = made.path("duplicates").asText(Duplicates.KEEP.key());
    refuse(
        !duplicates.equals(Duplicates.KEEP.key()),
        "--append",
        "would bring copies into the dataset, which was prepared with --duplicates "
            + duplicates
            + " (prepare all images anew)");
    refuse(
        plan.groups.isPresent()
            || plan.columns.flatMap(ExampleColumns::group).isPresent()
            || made.has("groups")
            || made.path("columns").has("group"),
        "--append",
        "cannot keep groups of images together with those that are in the dataset (prepare all of"
            + " them anew)");
  }

  private static Geometry geometry(JsonNode made) {
    return new Geometry(
        Fit.of(made.path("fit").asText()).orElse(Geometry.DEFAULT.fit()),
        Padding.of(made.path("padding").asText()).orElse(Geometry.DEFAULT.padding()),
        Place.of(made.path("place").asText()).orElse(Geometry.DEFAULT.place()),
        Resampling.of(made.path("resample").asText()).orElse(Geometry.DEFAULT.resampling()));
  }

  private static String text(Optional<?> value) {
    return value.map(String::valueOf).orElse("");
  }

  private void require(String option, Object wanted, Object usual, Object own) {
    refuse(
        !wanted.equals(usual) && !wanted.equals(own),
        option + " " + wanted,
        "the dataset was prepared with "
            + own
            + ", and all its images are prepared alike (leave it out)");
  }

  private void refuse(boolean refused, String place, String reason) {
    if (refused) {
      problems.add(place, reason);
    }
  }
}
