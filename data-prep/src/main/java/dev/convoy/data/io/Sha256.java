package dev.convoy.data.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests. An instance digests a sequence of fields unambiguously. */
public final class Sha256 {
  private final MessageDigest digest = newDigest();

  /** Creates a SHA-256 digest, which every Java platform provides. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Returns the digest of {@code bytes}, in lower-case hexadecimal. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(newDigest().digest(bytes));
  }

  /**
   * Adds a string, preceded by its length in bytes, so that sequences of fields cannot be confused.
   */
  public Sha256 add(String field) {
    return add(field.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds bytes, preceded by their number. */
  public Sha256 add(byte[] field) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).array());
    digest.update(field);
    return this;
  }

  /** Adds a number as eight bytes, most significant first. */
  public Sha256 add(long field) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(field).array());
    return this;
  }

  /** Returns the 32 bytes of the digest and resets this object. */
  public byte[] bytes() {
    return digest.digest();
  }

  /** Returns the first eight bytes of the digest as a number and resets this object. */
  public long firstLong() {
    return ByteBuffer.wrap(bytes()).getLong();
  }

  /** Returns the digest in lower-case hexadecimal and resets this object. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
