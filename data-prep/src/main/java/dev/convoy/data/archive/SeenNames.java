package dev.convoy.data.archive;

import dev.convoy.data.io.Sha256;

/**
 * Names that were seen, by 64 bits of their hashes: 16 to 32 bytes a name, whatever its length. Of
 * a million names, two different ones are taken for equal with a probability of 3·10⁻⁸.
 */
public final class SeenNames {
  private long[] slots = new long[1 << 10];
  private int count;

  /** Adds a name; returns false if it was seen. */
  public boolean add(String name) {
    long hash = new Sha256().add(name).firstLong();
    if (2L * count >= slots.length) {
      long[] old = slots;
      slots = new long[old.length * 2];
      for (long each : old) {
        if (each != 0) {
          put(each);
        }
      }
    }
    boolean added = put(hash == 0 ? 1 : hash);
    count += added ? 1 : 0;
    return added;
  }

  private boolean put(long hash) {
    int mask = slots.length - 1;
    int slot = (int) hash & mask;
    while (slots[slot] != 0) {
      if (slots[slot] == hash) {
        return false;
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = hash;
    return true;
  }
}
