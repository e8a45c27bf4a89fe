package dev.convoy.driver.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.driver.report.TextTable;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/** What was found, line by line. */
public record Diagnosis(List<Finding> findings) {

  /** How a finding is to be taken. */
  public enum Verdict {
    OK,
    /** It works, and could be better. */
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
   * @param what was looked at
   * @param found what is there, and what to do about it
   */
  public record Finding(String place, String what, Verdict verdict, String found)
      implements Serializable {}

  public Diagnosis {
    findings = List.copyOf(findings);
  }

  /** How many would make jobs fail. */
  public long failures() {
    return findings.stream().filter(one -> one.verdict == Verdict.FAILURE).count();
  }

  /** As a table. */
  public String toText() {
    TextTable table = new TextTable("", "where", "what", "found");
    for (Finding one : findings) {
      table.row(one.verdict.key(), one.place, one.what, one.found);
    }
    return table.toString();
  }
}
