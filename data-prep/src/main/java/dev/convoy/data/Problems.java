package dev.convoy.data;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The faults of one request, in the order in which they were found. */
public final class Problems {
  private static final int MOST_SHOWN = 100;

  private final Set<String> faults = new LinkedHashSet<>();

  /**
   * Adds a fault, printed as {@code where: what is wrong and what to do}. Invisible characters of
   * the place are escaped.
   */
  public void add(String where, String fault) {
    add(Visible.of(where) + ": " + fault);
  }

  /** Adds a fault that needs no place, unless it has been added already. */
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
   * Refuses the request if there are faults. A single fault that begins with {@code Cannot}, such
   * as {@code Cannot open the dataset data: …}, is reported without the verdict.
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
