package dev.convoy.driver.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Visible;
import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.augment.Border;
import dev.convoy.data.augment.FlipRule;
import dev.convoy.data.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The description of an augmentation in one line. */
public final class AugmentationText {
  private AugmentationText() {}

  /** Describes the changes that are on; the text is empty if there are none. */
  public static String describe(Augmentation augmentation) {
    List<String> changes = new ArrayList<>();
    Augmentation.Affine affine = augmentation.affine();
    if (affine.scaleMin() != 1 || affine.scaleMax() != 1) {
      changes.add(
          "images are scaled by "
              + Numbers.significant(affine.scaleMin())
              + " to "
              + Numbers.significant(affine.scaleMax()));
    }
    if (affine.rotation() > 0) {
      changes.add("rotated by up to " + Numbers.significant(affine.rotation()) + " degrees");
    }
    if (augmentation.crop() > 0) {
      changes.add("every image is moved by up to " + Numbers.count(augmentation.crop(), "pixel"));
    }
    if (augmentation.flip() > 0) {
      changes.add(
          augmentation.flipRule() == FlipRule.ALTERNATING
              ? "every image is mirrored in every second epoch"
              : Numbers.percent(augmentation.flip()) + " of the images are mirrored");
    }
    if (augmentation.padding() == Border.REFLECT) {
      changes.add("with a reflected border");
    }
    colour(augmentation.colour(), changes);
    Augmentation.Erasing erasing = augmentation.erasing();
    if (erasing.probability() > 0) {
      changes.add(
          Numbers.percent(erasing.probability())
              + " lose a rectangle of "
              + Numbers.percent(erasing.areaMin())
              + " to "
              + Numbers.percent(erasing.areaMax()));
    }
    mixing(augmentation.mixing(), changes);
    return String.join(", ", changes);
  }

  /**
   * Describes the augmentation of a stored plan; empty if it has none. Settings that this version
   * does not know are told as they are stored.
   *
   * @param plan of a run or a model
   */
  public static Optional<String> ofPlan(JsonNode plan) {
    ObjectNode all = (ObjectNode) Json.tree(Augmentation.none());
    if (!(plan.path("augmentation") instanceof ObjectNode stored)) {
      return Optional.empty();
    }
    all.setAll(stored);
    try {
      String text = describe(Json.read(Json.line(all), Augmentation.class, "the plan"));
      return Optional.of(text).filter(changes -> !changes.isEmpty());
    } catch (Json.MalformedJsonException e) {
      return Optional.of(Visible.of(stored.toString()));
    }
  }

  private static void colour(Augmentation.Colour colour, List<String> changes) {
    factor("brightness", colour.brightness(), changes);
    factor("contrast", colour.contrast(), changes);
    factor("saturation", colour.saturation(), changes);
  }

  private static void factor(String name, double range, List<String> changes) {
    if (range > 0) {
      changes.add(
          name + " × " + Numbers.significant(1 - range) + " to " + Numbers.significant(1 + range));
    }
  }

  private static void mixing(Augmentation.Mixing mixing, List<String> changes) {
    List<String> ways = new ArrayList<>();
    if (mixing.mixup() > 0) {
      ways.add("mixup " + Numbers.significant(mixing.mixup()));
    }
    if (mixing.cutmix() > 0) {
      ways.add("cutmix " + Numbers.significant(mixing.cutmix()));
    }
    if (!ways.isEmpty()) {
      changes.add(
          "minibatches are mixed by "
              + String.join(" or ", ways)
              + " (the training loss is that of the mixed labels)");
    }
  }
}
