package dev.convoy.worker.network.language;

import dev.convoy.data.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the known word that the user probably meant, by spelling and by synonyms. */
final class Suggestion {
  private static final int MAXIMUM_EDITS = 2;

  /** The longest word, in letters, that is near to another only within one edit. */
  private static final int SHORT = 4;

  /** Other libraries' words for layers, types and keys, with Convoy's. */
  private static final Map<String, List<String>> OTHER_WORDS =
      Map.ofEntries(
          Map.entry("linear", List.of("dense")),
          Map.entry("fc", List.of("dense")),
          Map.entry("fullyconnected", List.of("dense")),
          Map.entry("convolution", List.of("conv")),
          Map.entry("conv2d", List.of("conv")),
          Map.entry("up", List.of("top")),
          Map.entry("down", List.of("bottom")),
          Map.entry("maxpool", List.of("pool")),
          Map.entry("maxpooling2d", List.of("pool")),
          Map.entry("avgpool", List.of("pool")),
          Map.entry("averagepool", List.of("pool")),
          Map.entry("pooling", List.of("pool")),
          Map.entry("globalaveragepool", List.of("global-pool")),
          Map.entry("batchnorm", List.of("norm", "batch")),
          Map.entry("bn", List.of("norm", "batch")),
          Map.entry("lrn", List.of("norm", "local-response")),
          Map.entry("concat", List.of("inception")),
          Map.entry("relu", List.of("activation")),
          Map.entry("mean", List.of("average")),
          Map.entry("maximum", List.of("max")),
          Map.entry("none", List.of("identity")),
          Map.entry("filters", List.of("maps")),
          Map.entry("channels", List.of("maps")),
          Map.entry("outchannels", List.of("maps")),
          Map.entry("kernelsize", List.of("kernel")),
          Map.entry("poolsize", List.of("size")),
          Map.entry("strides", List.of("stride")),
          Map.entry("usebias", List.of("bias")),
          Map.entry("nout", List.of("units", "maps")),
          Map.entry("xavier", List.of("glorot-normal")),
          Map.entry("kaiming", List.of("he-normal")));

  /** Functions that Convoy lacks: never spelling mistakes, however similar to a known word. */
  private static final Set<String> OTHER_FUNCTIONS =
      Set.of(
          "celu",
          "crelu",
          "gelu",
          "glu",
          "hardsigmoid",
          "hardswish",
          "hardtanh",
          "mish",
          "prelu",
          "rrelu",
          "selu",
          "softmax",
          "softmin",
          "softsign");

  private Suggestion() {}

  /** Returns {@code (did you mean kernel?)} after a space, or an empty text if no word is near. */
  static String hint(String word, Collection<String> known) {
    return nearest(word, known).map(near -> " (did you mean " + near + "?)").orElse("");
  }

  /**
   * Returns the known word of the same meaning, or the one with the fewest edits: at most two, and
   * one for a short word.
   */
  static Optional<String> nearest(String word, Collection<String> known) {
    String plain = plain(word);
    if (OTHER_FUNCTIONS.contains(plain)) {
      return Optional.empty();
    }
    Optional<String> respelt =
        known.stream().filter(candidate -> plain(candidate).equals(plain)).findFirst();
    return respelt
        .or(
            () ->
                OTHER_WORDS.getOrDefault(plain, List.of()).stream()
                    .filter(known::contains)
                    .findFirst())
        .or(
            () ->
                known.stream()
                    .filter(candidate -> edits(word, candidate) <= maximumEdits(word, candidate))
                    .min(Comparator.comparingInt(candidate -> edits(word, candidate))));
  }

  /** Removes hyphens, underscores and spaces, and lowers the case. */
  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }

  private static int maximumEdits(String word, String candidate) {
    int shorter = Math.min(word.length(), candidate.length());
    return Math.min(shorter <= SHORT ? 1 : MAXIMUM_EDITS, candidate.length() - 1);
  }

  /** Edit distance between two words, ignoring case. */
  private static int edits(String one, String other) {
    return Math.abs(one.length() - other.length()) > MAXIMUM_EDITS
        ? MAXIMUM_EDITS + 1
        : EditDistance.between(one.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
  }
}
