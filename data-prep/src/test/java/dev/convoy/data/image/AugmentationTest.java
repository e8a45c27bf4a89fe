package dev.convoy.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
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
  void theBorderIsLessThanBothSidesOfTheImage() {
    Augmentation augmentation = new Augmentation(5, 0);
    assertThat(augmentation.fits(new ImageShape(6, 9, 1))).isTrue();
    assertThat(augmentation.fits(new ImageShape(5, 9, 1))).isFalse();
    assertThat(augmentation.fits(new ImageShape(9, 5, 3))).isFalse();
    assertThat(Augmentation.none().fits(new ImageShape(1, 1, 1))).isTrue();
    refused(
        "Invalid crop: 5 (must be less than the height and width of the images, 5×9×1)",
        () -> new Augmenter(augmentation, new ImageShape(5, 9, 1), 1));
  }

  @Example
  void noneIsTheOnlyOneThatChangesNothing() {
    assertThat(Augmentation.none().isNone()).isTrue();
    assertThat(new Augmentation(1, 0).isNone()).isFalse();
    assertThat(new Augmentation(0, 0.01).isNone()).isFalse();
  }

  @Example
  void asJsonItHasItsTwoNumbers() {
    assertThat(Json.tree(new Augmentation(4, 0.5)).toString())
        .isEqualTo("{\"crop\":4,\"flip\":0.5}");
  }

  private static void refused(String message, Runnable making) {
    assertThatThrownBy(making::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
