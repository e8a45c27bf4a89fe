package dev.convoy.data.io;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/**
 * JSON documents that contain their own digest, so that one changed character is detected: the
 * SHA-256 of the whole file with 64 zeros in place of the digest, which is the last string of the
 * file. Its position is the same for every document and format version.
 *
 * <p>The digest is a checksum and not a signature: it protects against damage and manual edits.
 * Anyone who can compute a SHA-256 can write another document.
 */
public final class SealedJson {
  /** The field that holds the digest, the last one of the document. */
  public static final String FIELD = "sha256";

  private static final String UNSEALED = "0".repeat(64);

  private SealedJson() {}

  /** Returns the content of the document's file, with {@value #FIELD} as the last field. */
  public static byte[] seal(ObjectNode document) {
    ObjectNode unsealed = document.deepCopy();
    unsealed.remove(FIELD);
    unsealed.put(FIELD, UNSEALED);
    byte[] bytes = Json.pretty(unsealed).getBytes(StandardCharsets.UTF_8);
    byte[] digest = Sha256.hex(bytes).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digest, 0, bytes, placeOfDigest(bytes), digest.length);
    return bytes;
  }

  /** Results of comparing a file with the digest in it. */
  public enum Seal {
    /** The file is unchanged. */
    WHOLE,
    /** The file was changed, or never had a digest. */
    BROKEN,
    /** The file is too short to have a digest. */
    CUT_OFF
  }

  /** Compares a file with the digest in it. */
  public static Seal check(byte[] bytes) {
    int place = placeOfDigest(bytes);
    if (place < 0) {
      return Seal.CUT_OFF;
    }
    byte[] unsealed = bytes.clone();
    System.arraycopy(
        UNSEALED.getBytes(StandardCharsets.US_ASCII), 0, unsealed, place, UNSEALED.length());
    String found = new String(bytes, place, UNSEALED.length(), StandardCharsets.ISO_8859_1);
    return found.equals(Sha256.hex(unsealed)) ? Seal.WHOLE : Seal.BROKEN;
  }

  /** Returns the start of the 64 bytes before the last quotation mark, or a negative number. */
  private static int placeOfDigest(byte[] bytes) {
    int end = bytes.length - 1;
    while (end >= 0 && bytes[end] != '"') {
      end--;
    }
    return end - UNSEALED.length();
  }
}
