package dev.convoy.driver.explain.page;

import dev.convoy.data.dataset.Normalisation;
import dev.convoy.driver.explain.measure.Explanation;
import dev.convoy.driver.explain.measure.Occlusion;
import dev.convoy.driver.explain.measure.Pixels;
import dev.convoy.driver.html.Html;
import dev.convoy.driver.report.Numbers;
import java.util.List;
import java.util.Locale;

/** Shows which pixels decided the label. */
record OcclusionSection(Explanation explanation, Figures figures) {
  private static final int PICTURE_PIXELS = 720;

  void write() {
    Occlusion occlusion = explanation.occlusion();
    figures.section(
        "Which pixels decided the label",
        String.format(
            Locale.ROOT,
            "A patch of %d×%d pixels in %s is slid over the"
                + " image, and the network asked again at each place (occlusion; Zeiler and Fergus, 2014). Where the probability of “%s”"
                + " falls, the covered pixels spoke for it.",
            occlusion.side(),
            occlusion.side(),
            colour(explanation.model().normalisation().kind()),
            explanation.predictedLabel()),
        () -> {
          Scale scale = Scale.of(drops(occlusion));
          figures
              .html()
              .div(
                  "row thirds",
                  () -> {
                    heat(occlusion, scale);
                    numbers(occlusion, scale);
                    worst(occlusion);
                  });
          figures.legend(
              Colours.signedGradient(),
              "rises by " + points(scale),
              "0",
              "falls by " + points(scale),
              "probability of the label, in percentage points");
        });
  }

  private static String colour(Normalisation.Kind kind) {
    return switch (kind) {
      case DATASET, PER_IMAGE -> "the mean colour of the training images";
      case IMAGENET, UNIT, SYMMETRIC -> "the colour that is 0 after normalisation";
    };
  }

  private static float[] drops(Occlusion occlusion) {
    float[] drops = new float[occlusion.shape().plane()];
    for (int i = 0; i < drops.length; i++) {
      int width = occlusion.shape().width();
      drops[i] = (float) occlusion.drop(i / width, i % width);
    }
    return drops;
  }

  private static String points(Scale scale) {
    return Numbers.significant(100 * scale.end());
  }

  private int factor(Drawing.Tile tile) {
    return Drawing.factor(tile, PICTURE_PIXELS);
  }

  private void heat(Occlusion occlusion, Scale scale) {
    Drawing.Tile image = Drawing.Tile.of(explanation.subject().pixels());
    Drawing.Tile laid =
        new Drawing.Tile(
            image.height(),
            image.width(),
            (row, column) -> {
              double value = occlusion.drop(row, column) / scale.end();
              int lifted = Colours.mix(image.colours().at(row, column), Colours.WHITE, 0.25);
              double share = Math.pow(Math.min(1, Math.abs(value)), 0.8);
              return Colours.mix(lifted, value < 0 ? Colours.AGAINST : Colours.FOR, 0.85 * share);
            });
    figures.figure(
        "occlusion-over-image",
        Drawing.tile(laid, factor(laid)),
        "the fall of the probability over the image",
        () ->
            figures
                .html()
                .text("Over the image: red pixels speak for the label, blue ones against it."));
  }

  private void numbers(Occlusion occlusion, Scale scale) {
    Drawing.Tile heat =
        new Drawing.Tile(
            occlusion.shape().height(),
            occlusion.shape().width(),
            (row, column) -> scale.colour(occlusion.drop(row, column)));
    figures.figure(
        "occlusion",
        Drawing.tile(heat, factor(heat)),
        "the fall of the probability",
        () ->
            figures
                .html()
                .text("The fall alone: of each pixel, the mean over all patches that cover it."));
  }

  private void worst(Occlusion occlusion) {
    Occlusion.Patch patch = occlusion.worst();
    List<Integer> mean = Pixels.mean(explanation.model().normalisation());
    Drawing.Tile covered =
        Drawing.Tile.of(
            explanation
                .subject()
                .pixels()
                .covered(patch.top(), patch.left(), occlusion.side(), occlusion.side(), mean));
    Drawing.Box box =
        new Drawing.Box(patch.top(), patch.left(), occlusion.side(), occlusion.side(), false);
    figures.figure(
        "occlusion-patch",
        Drawing.boxes(covered, factor(covered), 0, List.of(box)),
        "the image with the patch where it changes most",
        () -> {
          Html html = figures.html();
          html.text("The patch where it matters most: the probability goes from ");
          html.element("b", Numbers.percent(explanation.confidence())).text(" to ");
          html.element("b", Numbers.percent(patch.probability())).text(". ");
          html.text(
              patch.prediction() == explanation.prediction()
                  ? "The prediction stays."
                  : "Now the network says “"
                      + explanation.model().labels().get(patch.prediction())
                      + "”.");
        });
  }
}
