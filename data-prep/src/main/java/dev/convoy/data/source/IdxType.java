package dev.convoy.data.source;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Types of the values of an IDX file, which are big-endian. */
enum IdxType {
  UNSIGNED_BYTE(0x08, 1) {
    @Override
    double value(ByteBuffer values, int index) {
      return values.get(index) & 0xff;
    }
  },
  BYTE(0x09, 1) {
    @Override
    double value(ByteBuffer values, int index) {
      return values.get(index);
    }
  },
  SHORT(0x0b, 2) {
    @Override
    double value(ByteBuffer values, int index) {
      return values.getShort(2 * index);
    }
  },
  INT(0x0c, 4) {
    @Override
    double value(ByteBuffer values, int index) {
      return values.getInt(4 * index);
    }
  },
  FLOAT(0x0d, 4) {
    @Override
    double value(ByteBuffer values, int index) {
      return values.getFloat(4 * index);
    }
  },
  DOUBLE(0x0e, 8) {
    @Override
    double value(ByteBuffer values, int index) {
      return values.getDouble(8 * index);
    }
  };

  private final int code;
  private final int bytes;

  IdxType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Returns the type of a code, the third byte of a file; empty if there is none. */
  static Optional<IdxType> of(int code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  /** Returns the number of bytes of a value. */
  int bytes() {
    return bytes;
  }

  abstract double value(ByteBuffer values, int index);

  boolean isWhole() {
    return this != FLOAT && this != DOUBLE;
  }

  /** Returns the type in words, such as {@code unsigned byte}. */
  String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
