package dev.convoy.data.image;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;

/**
 * The colour on which transparent pixels are drawn: {@code (alpha·colour + (255 −
 * alpha)·background) / 255}, rounded.
 *
 * @param kind how the colour is found
 * @param rgb the colour {@code 0xRRGGBB} of {@link Kind#COLOUR}, else 0
 */
public record Background(Background.Kind kind, int rgb) implements Serializable {
  /** Ways of finding the colour. */
  public enum Kind {
    COLOUR,
    /**
     * The mean of the image itself, weighted by alpha, rounded; black if the image is wholly
     * transparent. It is the same for an image in every dataset.
     */
    MEAN,
    /** None: an image with transparent pixels is not read. */
    REFUSE
  }

  public static final Background BLACK = new Background(Kind.COLOUR, 0);
  public static final Background WHITE = new Background(Kind.COLOUR, 0xffffff);
  public static final Background MEAN = new Background(Kind.MEAN, 0);
  public static final Background REFUSE = new Background(Kind.REFUSE, 0);

  /** The values that {@link #of} takes, for messages. */
  public static final String WORDS = "black, white, mean, refuse or a colour such as #c0ffee";

  public Background {
    Checks.that(rgb >= 0 && rgb <= (kind == Kind.COLOUR ? 0xffffff : 0), "rgb", "must be 0xRRGGBB");
  }

  /** Returns the background of a word or a colour {@code #rrggbb}; empty for any other text. */
  public static Optional<Background> of(String text) {
    return switch (text) {
      case "black" -> Optional.of(BLACK);
      case "white" -> Optional.of(WHITE);
      case "mean" -> Optional.of(MEAN);
      case "refuse" -> Optional.of(REFUSE);
      default -> HexColour.of(text).map(rgb -> new Background(Kind.COLOUR, rgb));
    };
  }

  /** Returns the text from which {@link #of} makes this background. */
  public String key() {
    if (equals(BLACK)) {
      return "black";
    }
    if (equals(WHITE)) {
      return "white";
    }
    return kind == Kind.COLOUR ? HexColour.text(rgb) : kind.name().toLowerCase(Locale.ROOT);
  }
}
