package dev.convoy.driver.dataset;

import dev.convoy.data.FirstOf;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.quality.DatasetQuality;
import dev.convoy.data.quality.Member;
import dev.convoy.data.quality.SameImages;
import dev.convoy.driver.report.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Says what was found in a dataset, the gravest first. */
public final class Findings {
  private static final int NAMED = 3;

  /** Quotient of the largest and the smallest label from which on it is told. */
  private static final int UNEVEN = 10;

  private Findings() {}

  /** Returns what was found by comparing images; what the preparation warned of is not repeated. */
  public static List<Finding> of(DatasetQuality quality, Manifest manifest) {
    List<Finding> findings = new ArrayList<>();
    equal(quality.equal(), isAppended(manifest), findings);
    alike(quality.alike(), findings);
    if (quality.constant() > 0) {
      findings.add(
          Finding.warning(
              Numbers.count(quality.constant(), "image")
                  + (quality.constant() == 1 ? " has" : " have")
                  + " one colour only: "
                  + named(quality.firstConstant(), quality.constant())
                  + (quality.sources() != null && quality.sources().transparent() > 0
                      ? " (they may be drawings in the colour of the background that transparent"
                          + " pixels were drawn on: choose another with --background)"
                      : "")));
    }
    uneven(manifest, findings);
    if (quality.plain() > 0) {
      findings.add(
          Finding.note(
              Numbers.count(quality.plain(), "image")
                  + (quality.plain() == 1 ? " holds" : " hold")
                  + " too little, or too much that others hold too, to be compared for small"
                  + " differences"
                  + (quality.firstPlain().isEmpty()
                      ? ""
                      : ": " + named(quality.firstPlain(), quality.plain()))));
    }
    findings.sort(Comparator.comparing(Finding::weight));
    return findings;
  }

  /** Returns all warnings, and what was found, in whole lines. */
  public static String text(DatasetQuality quality, Manifest manifest) {
    StringBuilder text = new StringBuilder();
    quality.warnings().forEach(warning -> text.append(line("Warning", warning)));
    of(quality, manifest)
        .forEach(
            finding ->
                text.append(
                    line(
                        finding.weight() == Finding.Weight.WARNING ? "Warning" : "Note",
                        finding.text())));
    return text.toString();
  }

  private static String line(String kind, String text) {
    return kind + ": " + Visible.of(text) + System.lineSeparator();
  }

  /** Returns whether images were added to a dataset after it was made. */
  static boolean isAppended(Manifest manifest) {
    return manifest.plan().has("appended");
  }

  private static void equal(SameImages equal, boolean isAppended, List<Finding> findings) {
    if (equal.acrossLabels() > 0) {
      findings.add(
          Finding.warning(
              Numbers.count(equal.acrossLabels(), "group")
                  + " of equal images "
                  + (equal.acrossLabels() == 1 ? "has" : "have")
                  + " several labels: "
                  + named(equal, Member::label)
                  + " (a network can learn only one of them: correct the labels)"));
    }
    if (equal.acrossSplits() > 0) {
      findings.add(
          Finding.warning(
              Numbers.count(equal.acrossSplits(), "group")
                  + " of equal images "
                  + (equal.acrossSplits() == 1 ? "lies" : "lie")
                  + " in several splits, so a network is measured on images that it was trained on: "
                  + named(equal, Member::split)
                  + (isAppended
                      ? " (prepare all images anew: --duplicates drop-across-splits leaves those of"
                          + " train out)"
                      : " (--duplicates drop-across-splits leaves those of train out)")));
    }
    if (equal.groups() > 0) {
      findings.add(
          Finding.note(
              String.format(
                  Locale.ROOT,
                  "%s the pixels of another example (%s--duplicates drop keeps one of each)",
                  Numbers.count(equal.surplus(), "example")
                      + (equal.surplus() == 1 ? " has" : " have"),
                  isAppended ? "prepare all images anew: " : "")));
    }
  }

  private static void alike(SameImages alike, List<Finding> findings) {
    if (alike.acrossLabels() > 0) {
      findings.add(
          Finding.warning(
              Numbers.count(alike.acrossLabels(), "pair")
                  + " of nearly equal images "
                  + (alike.acrossLabels() == 1 ? "has" : "have")
                  + " two labels: "
                  + named(alike, Member::label)));
    }
    if (alike.acrossSplits() > 0) {
      findings.add(
          Finding.warning(
              Numbers.count(alike.acrossSplits(), "pair")
                  + " of nearly equal images "
                  + (alike.acrossSplits() == 1 ? "lies" : "lie")
                  + " in two splits: "
                  + named(alike, Member::split)));
    }
    long rest = alike.groups();
    if (rest > 0 && alike.acrossLabels() == 0 && alike.acrossSplits() == 0) {
      findings.add(
          Finding.note(
              Numbers.count(rest, "pair")
                  + " of images "
                  + (rest == 1 ? "is" : "are")
                  + " nearly equal: "
                  + named(alike, Member::id)));
    }
  }

  private static void uneven(Manifest manifest, List<Finding> findings) {
    List<Long> train = manifest.counts().get(Split.TRAIN);
    int least = -1;
    int most = -1;
    for (int label = 0; label < train.size(); label++) {
      least =
          train.get(label) > 0 && (least < 0 || train.get(label) < train.get(least))
              ? label
              : least;
      most = most < 0 || train.get(label) > train.get(most) ? label : most;
    }
    if (least >= 0 && train.get(most) >= UNEVEN * train.get(least)) {
      findings.add(
          Finding.note(
              "The labels are uneven: "
                  + Visible.of(manifest.labels().get(most))
                  + " has "
                  + Numbers.count(train.get(most), "train example")
                  + ", and "
                  + Visible.of(manifest.labels().get(least))
                  + " has "
                  + Numbers.count(train.get(least))));
    }
  }

  /**
   * Names the first groups by two examples each, which differ in what is compared.
   *
   * @param compared label or split of an example
   */
  private static String named(SameImages images, Function<Member, Object> compared) {
    List<String> pairs = new ArrayList<>();
    for (SameImages.Group group : images.first()) {
      Member first = group.members().get(0);
      group.members().stream()
          .filter(other -> !compared.apply(other).equals(compared.apply(first)))
          .findFirst()
          .ifPresent(other -> pairs.add(Visible.of(first.id()) + " = " + Visible.of(other.id())));
    }
    return String.join(", ", pairs.subList(0, Math.min(NAMED, pairs.size())))
        + (pairs.size() > NAMED ? ", …" : "");
  }

  private static String named(List<Member> members, long all) {
    FirstOf<String> shown =
        FirstOf.of(members.stream().map(member -> Visible.of(member.id())).toList(), all, NAMED);
    return String.join(", ", shown.shown()) + shown.andMore(", ");
  }
}
