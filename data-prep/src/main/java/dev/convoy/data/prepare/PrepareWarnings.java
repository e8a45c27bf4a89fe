package dev.convoy.data.prepare;

import dev.convoy.data.FirstOf;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Split;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Warnings about a dataset that is probably not as its owner intends, with remedies. */
record PrepareWarnings(PreparePlan plan, RawInput input, TaskCounts counts) {
  /** Returns all warnings, in a fixed order. */
  List<String> all() {
    Wording wording = input.wording();
    List<String> warnings = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    List<String> untrained = new ArrayList<>();
    Map<Split, List<String>> without = new EnumMap<>(Split.class);
    for (int label = 0; label < input.labels().size(); label++) {
      String name = Visible.of(input.labels().get(label));
      long train = counts.counts(Split.TRAIN).get(label);
      long held = counts.counts(Split.VALIDATION).get(label) + counts.counts(Split.TEST).get(label);
      if (train == 0) {
        (held == 0 ? empty : untrained).add(name);
      }
      for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
        if (train + held > 0
            && counts.counts(split).get(label) == 0
            && counts.examples(split) > 0) {
          without.computeIfAbsent(split, key -> new ArrayList<>()).add(name);
        }
      }
    }
    if (input.labels().size() == 1) {
      warnings.add(
          "All images have the same label, "
              + Visible.of(input.labels().get(0))
              + ": a network cannot learn from one label ("
              + wording.severalLabels()
              + ")");
    }
    if (!untrained.isEmpty()) {
      warnings.add(
          "The train split has no example of these labels, but other splits have: "
              + named(untrained)
              + " (they cannot be learned: add train images of them"
              + (isDrawn(Split.VALIDATION) || isDrawn(Split.TEST)
                  ? ", hold fewer out with "
                      + wording.lessHeldOut()
                      + ", or draw others with another "
                      + wording.seed()
                      + ")"
                  : ")"));
    }
    without.forEach(
        (split, labels) ->
            warnings.add(
                "The "
                    + split.key()
                    + " split has no example of these labels: "
                    + named(labels)
                    + " (this split cannot measure them: add images of them"
                    + (isDrawn(split)
                        ? ", hold more out with a higher "
                            + wording.option("--" + split.key())
                            + ", or draw others with another "
                            + wording.seed()
                            + ")"
                        : ")")));
    if (!empty.isEmpty()) {
      warnings.add(
          "No example has these labels: "
              + named(empty)
              + " (add images of them, or leave them out of the label names)");
    }
    if (!input.undecodedNames().isEmpty()) {
      warnings.add(
          "These names are not UTF-8, and their bytes are shown as \\xNN: "
              + named(input.undecodedNames()));
    }
    for (int channel : counts.trainPixels().normalisation().constantChannels()) {
      warnings.add(
          "Channel "
              + (channel + 1)
              + " is constant in the train split: its pixels are only centred, not scaled");
    }
    if (counts.rejected() > 0) {
      warnings.add(
          counts.rejected()
              + (counts.rejected() == 1 ? " image was rejected; " : " images were rejected; ")
              + wording.reasons());
    }
    return warnings;
  }

  /** True if some examples of the split were drawn at random and not given by the input. */
  private boolean isDrawn(Split split) {
    double share = split == Split.VALIDATION ? plan.validation() : plan.test();
    return share > 0 && !input.givenSplits().contains(split);
  }

  private static String named(List<String> names) {
    FirstOf<String> first = FirstOf.of(names, TaskCounts.NAMED);
    return String.join(", ", first.shown()) + first.andMore(", ");
  }
}
