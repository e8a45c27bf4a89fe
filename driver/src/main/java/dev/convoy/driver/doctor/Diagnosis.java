package dev.convoy.driver.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.driver.report.TextTable;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/** The findings of an examination. */
public record Diagnosis(List<Finding> findings) {

  /** The severity of a finding. */
  public enum Verdict {
    OK,
    /** Jobs run, but not as well as they could. */
    WARNING,
    /** Jobs would fail. */
    FAILURE;

    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One finding.
   *
   * @param place {@code driver}, or an executor's host and process
   * @param what the subject of the finding
   * @param found the observation, with a remedy if needed
   */
  public record Finding(String place, String what, Verdict verdict, String found)
      implements Serializable {}

  public Diagnosis {
    findings = List.copyOf(findings);
  }

  /** Returns the number of findings that would make jobs fail. */
  public long failures() {
    return findings.stream().filter(one -> one.verdict == Verdict.FAILURE).count();
  }

  /** Returns the findings as a table. */
  public String toText() {
    TextTable table = new TextTable("", "where", "what", "found");
    for (Finding one : findings) {
      table.row(one.verdict.key(), one.place, one.what, one.found);
    }
    return table.toString();
  }
}
