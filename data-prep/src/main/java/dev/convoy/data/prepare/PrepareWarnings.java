package dev.convoy.data.prepare;

import dev.convoy.data.FirstOf;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.Background;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Warnings about a dataset that is probably not as its owner intends, with remedies. */
record PrepareWarnings(
    PreparePlan plan,
    RawInput input,
    TaskCounts counts,
    Normalisation normalisation,
    Optional<Long> rejectedBefore) {
  /** Returns all warnings, in a fixed order. */
  List<String> all() {
    Wording wording = input.wording();
    List<String> warnings = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    List<String> single = new ArrayList<>();
    List<String> untrained = new ArrayList<>();
    Map<Split, List<String>> without = new EnumMap<>(Split.class);
    for (int label = 0; label < input.labels().size(); label++) {
      String name = Visible.of(input.labels().get(label));
      long train = counts.counts(Split.TRAIN).get(label);
      long held = counts.counts(Split.VALIDATION).get(label) + counts.counts(Split.TEST).get(label);
      if (train == 0) {
        (held == 0 ? empty : untrained).add(name);
      } else if (train + held == 1) {
        single.add(name);
      }
      for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
        if (train + held > 1
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
              + " (they cannot be learned: add train images of them)");
    }
    if (!single.isEmpty()) {
      warnings.add(
          "These labels have only one example: "
              + named(single)
              + " (each is in the train split, and no split measures what is learned from it:"
              + " add images of them)");
    }
    without.forEach(
        (split, labels) ->
            warnings.add(
                "The "
                    + split.key()
                    + " split has no example of these labels: "
                    + named(labels)
                    + " (this split cannot measure them: add images of them)"));
    if (!empty.isEmpty()) {
      warnings.add(
          "No example has these labels: "
              + named(empty)
              + " (add images of them, or leave them out of the label names)");
    }
    groups(warnings);
    if (!counts.relabelled().isEmpty()) {
      warnings.add(
          counts.relabelled().size()
              + (counts.relabelled().size() == 1
                  ? " image that was left out has"
                  : " images that were left out have")
              + " another label than the one with the same pixels that is kept: "
              + named(counts.relabelled().stream().map(Visible::of).toList())
              + " (look which of the labels is right)");
    }
    List<String> alike = alike(input.labels());
    if (!alike.isEmpty()) {
      warnings.add(
          "These labels differ only in case or in spaces: "
              + named(alike)
              + " (they are different labels: correct them if they are meant to be one)");
    }
    if (!input.undecodedNames().isEmpty()) {
      warnings.add(
          "These names are not UTF-8, and their bytes are shown as \\xNN: "
              + named(input.undecodedNames()));
    }
    warnings.addAll(input.warnings());
    List<Integer> constant =
        plan.normalisation() == Normalisation.Kind.DATASET
            ? normalisation.constantChannels()
            : List.of();
    for (int channel : constant) {
      warnings.add(
          "Channel "
              + (channel + 1)
              + " is constant in the train split: its pixels are only centred, not scaled");
    }
    if (counts.damaged() > 0 && plan.damaged() == OnDamaged.KEEP) {
      FirstOf<Rejected> first =
          FirstOf.of(counts.firstDamaged(), counts.damaged(), TaskCounts.NAMED);
      warnings.add(
          counts.damaged()
              + (counts.damaged() == 1
                  ? " image is damaged and was"
                  : " images are damaged and were")
              + " decoded in part: "
              + first.shown().stream()
                  .map(image -> Visible.of(image.id()) + " (" + Visible.of(image.reason()) + ")")
                  .collect(Collectors.joining(", "))
              + first.andMore(", ")
              + "; "
              + wording.setting("--damaged", "reject")
              + " leaves them out");
    }
    FirstOf<String> transparent = counts.transparent();
    long drawn = transparent.shown().size() + transparent.more();
    if (drawn > 0 && plan.background().isEmpty()) {
      warnings.add(
          drawn
              + (drawn == 1
                  ? " image has transparent pixels, and was drawn on black: "
                  : " images have transparent pixels, and were drawn on black: ")
              + transparent.shown().stream().map(Visible::of).collect(Collectors.joining(", "))
              + transparent.andMore(", ")
              + " ("
              + wording.option("--background")
              + " takes "
              + Background.WORDS
              + ")");
    }
    FirstOf<String> strips = counts.strips();
    long narrow = strips.shown().size() + strips.more();
    if (narrow > 0) {
      warnings.add(
          narrow
              + (narrow == 1 ? " image becomes a strip" : " images become strips")
              + " of at most "
              + TaskCounts.STRIP
              + " pixels with padding beside it: "
              + String.join(", ", strips.shown())
              + strips.andMore(", ")
              + " (leave such images out, or "
              + wording.setting("--fit", "crop")
              + " shows the middle of each)");
    }
    long rejected = counts.rejected() + rejectedBefore.orElse(0L);
    if (rejected > 0) {
      warnings.add(
          rejected
              + (rejected == 1 ? " image was rejected" : " images were rejected")
              + (rejectedBefore.isPresent()
                  ? " in all, " + counts.rejected() + " of them now; "
                  : "; ")
              + wording.reasons());
    }
    return warnings;
  }

  private void groups(List<String> warnings) {
    Groups groups = counts.groups();
    if (!groups.areDrawn()) {
      return;
    }
    if (groups.areSingle()) {
      warnings.add(
          "Each of the "
              + groups.images()
              + " images is a group of its own, so nothing keeps images together (look whether "
              + (plan.groups().isPresent()
                  ? "the pattern of --groups fits the ids"
                  : "--group-column names the right column")
              + ")");
    }
    for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
      double wanted = split == Split.TEST ? plan.test() : plan.validation();
      if (wanted > 0 && counts.examples(split) == 0) {
        warnings.add(
            "The "
                + split.key()
                + " split has no example, although a fraction of "
                + wanted
                + " is wanted: there "
                + (groups.groups() == 1
                    ? "is only 1 group"
                    : "are only " + groups.groups() + " groups"));
      }
    }
  }

  /** Returns the labels that would be equal to another without case and outer spaces, in quotes. */
  private static List<String> alike(List<String> labels) {
    Map<String, List<String>> byMeaning = new TreeMap<>();
    for (String label : labels) {
      byMeaning
          .computeIfAbsent(label.strip().toLowerCase(Locale.ROOT), key -> new ArrayList<>())
          .add("'" + Visible.of(label) + "'");
    }
    return byMeaning.values().stream()
        .filter(names -> names.size() > 1)
        .map(names -> String.join(" and ", names))
        .toList();
  }

  private static String named(List<String> names) {
    FirstOf<String> first = FirstOf.of(names, TaskCounts.NAMED);
    return String.join(", ", first.shown()) + first.andMore(", ");
  }
}
