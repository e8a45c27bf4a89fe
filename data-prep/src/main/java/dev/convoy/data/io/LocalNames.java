package dev.convoy.data.io;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of local files as text, whatever the locale. A name is a row of bytes; it is read as UTF-8.
 * Where it is not UTF-8, its bytes beyond ASCII are written as {@code \xe9}.
 */
final class LocalNames {
  private static final Pattern ESCAPED = Pattern.compile("\\\\x([89a-f][0-9a-f])");

  private LocalNames() {}

  /** The last name of a path, as text. */
  static String text(Path path) {
    String decoded = path.getFileName().toString();
    return isAscii(decoded) ? decoded : text(bytes(path));
  }

  private static String text(byte[] name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException e) {
      StringBuilder text = new StringBuilder();
      for (byte value : name) {
        text.append(
            value >= 0 ? (char) value : String.format(Locale.ROOT, "\\x%02x", value & 0xff));
      }
      return text.toString();
    }
  }

  /** A path's URI has its bytes as they are on disk. */
  private static byte[] bytes(Path path) {
    String uri = path.toUri().getRawPath();
    String whole = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    String name = whole.substring(whole.lastIndexOf('/') + 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < name.length(); at++) {
      if (name.charAt(at) == '%') {
        bytes.write(Integer.parseInt(name.substring(at + 1, at + 3), 16));
        at += 2;
      } else {
        bytes.write(name.charAt(at));
      }
    }
    return bytes.toByteArray();
  }

  /** True where Java may read the text of a path as another name than the file has. */
  static boolean needBytes(String path) {
    return !isAscii(path) || path.contains("\\x");
  }

  /**
   * The local file of an absolute path as {@link #text} writes it. Where the path itself is that of
   * a file, it is that file.
   */
  static Path path(String text) {
    Path literal = path(text.getBytes(StandardCharsets.UTF_8));
    if (!text.contains("\\x") || Files.exists(literal, LinkOption.NOFOLLOW_LINKS)) {
      return literal;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Matcher escape = ESCAPED.matcher(text);
    int from = 0;
    while (escape.find()) {
      bytes.writeBytes(text.substring(from, escape.start()).getBytes(StandardCharsets.UTF_8));
      bytes.write(Integer.parseInt(escape.group(1), 16));
      from = escape.end();
    }
    bytes.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
    return path(bytes.toByteArray());
  }

  private static Path path(byte[] name) {
    StringBuilder uri = new StringBuilder("file://");
    for (byte value : name) {
      boolean plain = value == '/' || value > 0 && Character.isLetterOrDigit(value);
      uri.append(plain ? (char) value : String.format(Locale.ROOT, "%%%02X", value & 0xff));
    }
    return Path.of(URI.create(uri.toString()));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}
