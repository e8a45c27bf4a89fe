package dev.convoy.data.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests; an instance digests a sequence of fields without ambiguity. */
public final class Sha256 {
  private final MessageDigest digest = newDigest();

  /** A digest that every Java platform must have. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** The digest of {@code bytes}, in lower-case hexadecimal. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(newDigest().digest(bytes));
  }

  /** Adds a string, preceded by its length in bytes so that fields cannot run together. */
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

  /** The 32 bytes of the digest; this object starts anew. */
  public byte[] bytes() {
    return digest.digest();
  }

  /** The first eight bytes of the digest as a number; this object starts anew. */
  public long firstLong() {
    return ByteBuffer.wrap(bytes()).getLong();
  }

  /** The digest in lower-case hexadecimal; this object starts anew. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
