package dev.convoy.data.quality;

import java.util.List;

/**
 * Files that are not in the dataset for one reason.
 *
 * @param reason the reason, with N for numbers in it
 * @param files number of files
 * @param first the first of them
 */
public record ReasonCount(String reason, long files, List<String> first) {
  public ReasonCount {
    first = List.copyOf(first);
  }
}
