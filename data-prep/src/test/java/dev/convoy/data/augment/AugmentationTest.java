package dev.convoy.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import java.util.List;
import net.jqwik.api.Example;

/** What may be asked for. */
class AugmentationTest {
  @Example
  void aBorderIsNotNegativeAndAFractionIsOne() {
    refused("Invalid crop: -1 (must be at least 0)", () -> new Augmentation(-1, 0));
    refused("Invalid flip: 1.5 (must be between 0.0 and 1.0)", () -> new Augmentation(0, 1.5));
    refused("Invalid flip: NaN (must be between 0.0 and 1.0)", () -> new Augmentation(0, 0.0 / 0));
  }

  @Example
  void rangesAreInOrderAndWithinTheirBounds() {
    refused(
        "Invalid scale: 1.1 to 0.9 (the first must not exceed the second)",
        () -> new Augmentation.Affine(1.1, 0.9, 0));
    refused(
        "Invalid scale.min: 0.0 (must be between 0.1 and 10.0)",
        () -> new Augmentation.Affine(0, 1, 0));
    refused(
        "Invalid rotation: 181.0 (must be between 0.0 and 180.0)",
        () -> new Augmentation.Affine(1, 1, 181));
    refused(
        "Invalid saturation: 1.5 (must be between 0.0 and 1.0)",
        () -> new Augmentation.Colour(0, 0, 1.5));
    refused(
        "Invalid erase.area: 0.5 to 0.4 (the first must not exceed the second)",
        () -> new Augmentation.Erasing(1, 0.5, 0.4, 1, 1));
    refused(
        "Invalid erase.aspectMin: 0.0 (must be between 0.01 and 100.0)",
        () -> new Augmentation.Erasing(1, 0.1, 0.4, 0, 1));
    refused(
        "Invalid mixup: -1.0 (must be between 0.0 and 100.0)",
        () -> new Augmentation.Mixing(-1, 0));
    refused(
        "Invalid flip: 0.4 (must be 0.5 if images are mirrored in every second epoch)",
        () -> Augmentation.none().withFlip(0.4, FlipRule.ALTERNATING));
  }

  @Example
  void theBorderIsLessThanBothSidesOfTheImage() {
    Augmentation augmentation = new Augmentation(5, 0);
    assertThat(augmentation.misfits(new ImageShape(6, 9, 1))).isEmpty();
    assertThat(augmentation.misfits(new ImageShape(9, 5, 3)))
        .containsExactly(
            new Augmentation.Misfit(
                "crop",
                "5",
                "must be less than the height and width of the images, which are 9×5×3"));
    assertThat(Augmentation.none().misfits(new ImageShape(1, 1, 1))).isEmpty();
    refused(
        "Invalid crop: 5 (must be less than the height and width of the images, which are 5×9×1)",
        () -> augmentation.requireFits(new ImageShape(5, 9, 1)));
  }

  @Example
  void greyImagesHaveNoSaturation() {
    Augmentation saturated = new Augmentation(9, 0).with(new Augmentation.Colour(0.1, 0.1, 0.25));
    assertThat(saturated.misfits(new ImageShape(16, 16, 3))).isEmpty();
    assertThat(saturated.misfits(new ImageShape(8, 16, 1)))
        .extracting(Augmentation.Misfit::setting)
        .containsExactly("crop", "saturation");
  }

  @Example
  void noneIsTheOnlyOneThatChangesNothing() {
    Augmentation none = Augmentation.none();
    assertThat(none.isNone()).isTrue();
    for (Augmentation some :
        List.of(
            new Augmentation(1, 0),
            new Augmentation(0, 0.01),
            none.with(new Augmentation.Affine(0.9, 1, 0)),
            none.with(new Augmentation.Affine(1, 1, 1)),
            none.with(new Augmentation.Colour(0.1, 0, 0)),
            none.with(new Augmentation.Erasing(0.1, 0, 1, 1, 1)))) {
      assertThat(some.isNone()).isFalse();
      assertThat(some.changesImages()).isTrue();
      assertThat(some.mixesImages()).isFalse();
    }
    Augmentation mixing = none.with(new Augmentation.Mixing(0, 1));
    assertThat(mixing.isNone()).isFalse();
    assertThat(mixing.changesImages()).isFalse();
    assertThat(none.with(Border.REFLECT).isNone()).isTrue();
  }

  @Example
  void asJsonItHasItsNumbers() {
    assertThat(Json.tree(new Augmentation(4, 0.5)).toString())
        .isEqualTo(
            "{\"crop\":4,\"padding\":\"zero\",\"flip\":0.5,\"flipRule\":\"random\","
                + "\"affine\":{\"scaleMin\":1.0,\"scaleMax\":1.0,\"rotation\":0.0},"
                + "\"colour\":{\"brightness\":0.0,\"contrast\":0.0,\"saturation\":0.0},"
                + "\"erasing\":{\"probability\":0.0,\"areaMin\":0.02,\"areaMax\":0.4,"
                + "\"aspectMin\":0.3,\"aspectMax\":3.3333},"
                + "\"mixing\":{\"mixup\":0.0,\"cutmix\":0.0}}");
  }

  private static void refused(String message, Runnable making) {
    assertThatThrownBy(making::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
