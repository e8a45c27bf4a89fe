package dev.convoy.data.prepare;

import dev.convoy.data.FirstOf;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Decides whether a preparation goes on without the images that cannot be read. */
record BadImages(PreparePlan plan, RawInput input) {
  /**
   * Checks what a survey has found.
   *
   * @throws InvalidRequestException if none of the images can be read
   * @throws JobFailedException if the source is broken, or images are bad and the plan does not
   *     allow it; all of them are counted and the first are named
   */
  void require(Survey survey) {
    requireWhole(survey.faults());
    List<String> remedies = new ArrayList<>();
    if (survey.mostPixels() > 0) {
      remedies.add(
          "To read those with too many pixels: "
              + input.wording().setting("--max-pixels", String.valueOf(survey.mostPixels())));
    }
    if (survey.mostBytes() > 0) {
      remedies.add(
          "To read those with too many bytes: "
              + input.wording().setting("--max-bytes", String.valueOf(survey.mostBytes())));
    }
    if (survey.bad() == input.images()) {
      throw new InvalidRequestException(
          String.format(
                  Locale.ROOT,
                  "%s: none of its %d images can be read",
                  input.verdict(),
                  input.images())
              + named(survey.bad(), survey.firstBad(), remedies));
    }
    require(survey.bad(), survey.firstBad(), remedies);
  }

  /**
   * Checks that no source is broken.
   *
   * @throws JobFailedException with all faults
   */
  void requireWhole(List<String> faults) {
    if (!faults.isEmpty()) {
      throw new JobFailedException(input.verdict() + ": " + String.join("; ", faults));
    }
  }

  /**
   * Checks that bad images are allowed.
   *
   * @param first the first bad images, one more than messages name if there are so many
   * @param remedies ways to read them, each a sentence
   * @throws JobFailedException if the plan does not allow so many
   */
  void require(long bad, List<Rejected> first, List<String> remedies) {
    boolean tooMany = bad > plan.maxBad() * input.images();
    if (bad == 0 || (plan.onBad() == OnBad.REJECT && !tooMany)) {
      return;
    }
    String remedy =
        plan.onBad() == OnBad.FAIL
            ? "\nTo go on without them: " + input.wording().setting("--on-bad", "reject")
            : "\nThat is more than "
                + input.wording().setting("--max-bad", String.valueOf(plan.maxBad()))
                + " allows";
    throw new JobFailedException(
        String.format(
                Locale.ROOT,
                "%s: %d of %d images %s bad",
                input.verdict(),
                bad,
                input.images(),
                bad == 1 ? "is" : "are")
            + named(bad, first, remedies)
            + remedy);
  }

  /** Returns lines with the first bad images and the remedies. */
  private static String named(long bad, List<Rejected> firstBad, List<String> remedies) {
    StringBuilder message = new StringBuilder();
    FirstOf<Rejected> first = FirstOf.of(firstBad, bad, TaskCounts.NAMED);
    for (Rejected image : first.shown()) {
      message
          .append("\n  ")
          .append(Visible.of(image.id()))
          .append(": ")
          .append(Visible.of(image.reason()));
    }
    message.append(first.andMore("\n  "));
    remedies.forEach(remedy -> message.append("\n").append(remedy));
    return message.toString();
  }
}
