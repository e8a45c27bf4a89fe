package dev.convoy.worker.replica;

import dev.convoy.data.io.Sha256;
import java.util.Locale;

/**
 * Seeds of random generators, derived from the seed of the run by SHA-256. Every purpose, round and
 * replica has its own seed, independent of where or when a task runs.
 */
public final class Seeds {
  private Seeds() {}

  /** The purpose of a generator. */
  public enum Purpose {
    /** The order of examples in an epoch. */
    ORDER,
    /** Dropout, within the local steps of a round. */
    DROPOUT,
    /** The augmentation of the examples of an epoch. */
    AUGMENT,
    /** The choice of the images that are mirrored in the first epoch and every second one after. */
    FLIP,
    /** The mixing of the examples of a minibatch. */
    MIX,
    /** Initial parameters. */
    INITIAL,
    /** Stochastic rounding of the deltas that a replica sends. */
    ROUNDING,
    /** Stochastic rounding of the deltas of the next round's parameters, for replica 0 alone. */
    RESULT_ROUNDING
  }

  /** Derives the seed for one purpose of one replica in one round. */
  public static long derive(long run, int epoch, int round, int replica, Purpose purpose) {
    return new Sha256()
        .add(run)
        .add(epoch)
        .add(round)
        .add(replica)
        .add(purpose.name().toLowerCase(Locale.ROOT))
        .firstLong();
  }
}
