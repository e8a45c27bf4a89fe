package dev.convoy.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProblemsTest {
  private final Problems problems = new Problems();

  @Test
  void oneFaultIsToldBehindWhatCannotBeDone() {
    problems.add("train.batch = 0", "must be at least 1");
    refused("Cannot train: train.batch = 0: must be at least 1");
  }

  @Test
  void aFaultThatSaysItselfWhatCannotBeDoneIsToldAlone() {
    problems.add("Cannot open the dataset data: there is no such directory");
    refused("Cannot open the dataset data: there is no such directory");
  }

  @Test
  void severalFaultsAreAListBehindTheirNumber() {
    problems.add("Cannot open the dataset data: there is no such directory");
    problems.add("train.batch = 0", "must be at least 1");
    refused(
        String.join(
            System.lineSeparator(),
            "Cannot train: 2 problems",
            "  Cannot open the dataset data: there is no such directory",
            "  train.batch = 0: must be at least 1"));
  }

  private void refused(String message) {
    assertThatThrownBy(() -> problems.refuseIfAny("Cannot train"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(message);
  }
}
