package dev.convoy.driver.train.rounds;

import org.junit.jupiter.api.Tag;

/** Rounds that are Spark jobs, whose results the driver averages. */
@Tag("slow")
class JobRoundsTest extends EqualRounds {
  @Override
  String setting() {
    return RoundsWay.SETTING;
  }

  @Override
  String value() {
    return RoundsWay.JOBS.key();
  }
}
