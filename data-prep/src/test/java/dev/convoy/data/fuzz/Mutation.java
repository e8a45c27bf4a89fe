package dev.convoy.data.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Changes to files, drawn from a seed: the same seed gives the same file. */
final class Mutation {
  private static final int[] NUMBERS = {
    0,
    1,
    2,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -1,
    -2,
    1 << 30,
    1 << 24
  };

  private static final int RECORD = 512;

  private final Random random;

  Mutation(long seed) {
    this.random = new Random(seed);
  }

  Random random() {
    return random;
  }

  /** Returns a file with one to eight changes, with parts of another in it. */
  byte[] changed(byte[] file, List<byte[]> others) {
    byte[] changed = file.clone();
    int changes = 1 + random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      changed = changedOnce(changed, others.get(random.nextInt(others.size())));
    }
    return changed;
  }

  private byte[] changedOnce(byte[] file, byte[] other) {
    if (file.length == 0) {
      return other.clone();
    }
    byte[] changed = file.clone();
    int at = position(file.length);
    switch (random.nextInt(9)) {
      case 0, 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> changed[at] = (byte) NUMBERS[random.nextInt(NUMBERS.length)];
      case 3 -> changed[at] = (byte) random.nextInt(256);
      case 4 -> number(changed, at);
      case 5 -> changed = Arrays.copyOf(changed, at);
      case 6 -> changed = joined(file, at, new byte[0], at + length(file.length - at));
      case 7 ->
          changed =
              joined(file, at, Arrays.copyOfRange(file, at, at + length(file.length - at)), at);
      default -> {
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        byte[] part = Arrays.copyOfRange(other, from, from + length(other.length - from));
        changed =
            joined(file, at, part, Math.min(file.length, at + random.nextInt(part.length + 1)));
      }
    }
    return changed;
  }

  /** Half of all changes are in the first bytes, where headers are. */
  private int position(int length) {
    return random.nextInt(random.nextBoolean() ? Math.min(length, 64) : length);
  }

  private int length(int most) {
    return Math.min(most, 1 + random.nextInt(random.nextBoolean() ? 8 : 600));
  }

  private void number(byte[] file, int at) {
    int number = NUMBERS[random.nextInt(NUMBERS.length)];
    int bytes = 1 << random.nextInt(3);
    boolean little = random.nextBoolean();
    for (int i = 0; i < bytes && at + i < file.length; i++) {
      file[at + i] = (byte) (number >> (8 * (little ? i : bytes - 1 - i)));
    }
  }

  private static byte[] joined(byte[] file, int end, byte[] part, int next) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, end);
    out.writeBytes(part);
    out.write(file, next, file.length - next);
    return out.toByteArray();
  }

  /**
   * Makes the check sums of all headers of an archive right, so that what was changed in them is
   * read.
   */
  static void repairSums(byte[] tar) {
    byte[] magic = "ustar".getBytes(StandardCharsets.US_ASCII);
    for (int at = 0; at + RECORD <= tar.length; at += RECORD) {
      if (!Arrays.equals(tar, at + 257, at + 257 + magic.length, magic, 0, magic.length)) {
        continue;
      }
      Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
      int sum = 0;
      for (int i = 0; i < RECORD; i++) {
        sum += tar[at + i] & 0xff;
      }
      byte[] text = String.format(Locale.ROOT, "%06o", sum).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(text, 0, tar, at + 148, text.length);
      tar[at + 154] = 0;
    }
  }
}
