package dev.convoy.data.quality;

import java.util.List;

/**
 * Files that are not in the dataset for one reason.
 *
 * @param reason the reason, with N for numbers that differ from file to file
 * @param files number of files
 * @param first the first of them
 * @param example the reason of the first file with its numbers; empty if all files have the same
 */
public record ReasonCount(String reason, long files, List<String> first, String example) {
  public ReasonCount {
    first = List.copyOf(first);
    example = example == null ? "" : example; // as earlier versions have it
  }
}
