package dev.convoy.data;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The faults of one request, in the order in which they were found. */
public final class Problems {
  private static final int MOST_SHOWN = 100;

  private final Set<String> faults = new LinkedHashSet<>();

  /** Adds a fault: {@code where: what is wrong and what to do}. The place is made visible. */
  public void add(String where, String fault) {
    add(Visible.of(where) + ": " + fault);
  }

  /** Adds a fault that needs no place. One that is known already is not told again. */
  public void add(String fault) {
    faults.add(fault);
  }

  public boolean isEmpty() {
    return faults.isEmpty();
  }

  public List<String> faults() {
    return List.copyOf(faults);
  }

  /**
   * Refuses the request if anything was found. A single fault that says itself what cannot be done,
   * such as {@code Cannot open the dataset data: …}, is told without the verdict.
   *
   * @param verdict what cannot be done, such as {@code Cannot train}
   * @throws InvalidRequestException with all faults in one message
   */
  public void refuseIfAny(String verdict) {
    if (faults.isEmpty()) {
      return;
    }
    if (faults.size() == 1) {
      String only = faults.iterator().next();
      throw new InvalidRequestException(only.startsWith("Cannot ") ? only : verdict + ": " + only);
    }
    StringBuilder message = new StringBuilder(verdict).append(": ").append(faults.size());
    message.append(" problems");
    FirstOf<String> first = FirstOf.of(faults(), MOST_SHOWN);
    first
        .shown()
        .forEach(fault -> message.append(System.lineSeparator()).append("  ").append(fault));
    message.append(first.andMore(System.lineSeparator() + "  … "));
    throw new InvalidRequestException(message.toString());
  }
}
