package dev.convoy.driver.scaling;

import dev.convoy.data.Checks;

/**
 * The costs of a round, in seconds, which {@link RoundModel} adds up. docs/scaling.md says how they
 * were measured.
 *
 * @param round fixed cost of a round: its order, its reports, and the driver's work between rounds
 * @param executor the driver's work for each executor in a round
 * @param start cost of a round's start on executors besides the steps: loading the vectors, the
 *     order of the examples, and waiting for the slower executor where rounds are short
 * @param copiedByte copying a byte of a replica's parameters and updater state out of its network
 * @param movedByte sending or receiving a byte: copies between memory of the JVM and of the kernel
 * @param block sending or receiving a block
 * @param summedValue adding a value to a mean, the values read from memory
 * @param codedValue encoding or decoding a value of {@code float16} or {@code int8}
 * @param wireShare bytes on the wire for each byte of a block: headers of packets
 * @param linkShare fraction of the link's rate that is reached while vectors travel
 * @param variation coefficient of variation of the time that a replica's steps of a round take
 */
public record Costs(
    double round,
    double executor,
    double start,
    double copiedByte,
    double movedByte,
    double block,
    double summedValue,
    double codedValue,
    double wireShare,
    double linkShare,
    double variation) {
  public Costs {
    Checks.between(0, 1, linkShare, "linkShare");
    Checks.between(1, 2, wireShare, "wireShare");
    Checks.between(0, 1, variation, "variation");
  }

  /** The costs measured on two cores of an AMD EPYC (family 26), 2026-11-30. */
  public static Costs measured() {
    return new Costs(10e-3, 0.1e-3, 25e-3, 0.35e-9, 0.6e-9, 20e-6, 1.5e-9, 8e-9, 1.048, 0.9, 0.06);
  }
}
