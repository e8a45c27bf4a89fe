package dev.convoy.data.io;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Converts names of files, which are bytes, to text, regardless of locale. A name is a sequence of
 * bytes, which is read as UTF-8. If it is not UTF-8, bytes beyond ASCII are written as {@code
 * \xe9}, and a backslash that could be read as the beginning of such an escape as {@code \x5c}. So
 * different names remain different. A UTF-8 name that contains these characters is not escaped.
 */
public final class LocalNames {
  private static final Pattern ESCAPED = Pattern.compile("\\\\x([89a-f][0-9a-f]|5c)");

  private LocalNames() {}

  /** Returns the last name of a path as text. */
  static String text(Path path) {
    String decoded = path.getFileName().toString();
    return isAscii(decoded) ? decoded : text(bytes(path));
  }

  /** Returns a name as text. */
  public static String text(byte[] name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException e) {
      String ascii = new String(name, StandardCharsets.ISO_8859_1);
      StringBuilder text = new StringBuilder();
      for (int at = 0; at < name.length; at++) {
        boolean plain =
            name[at] >= 0 && !ESCAPED.matcher(ascii).region(at, name.length).lookingAt();
        text.append(plain ? (char) name[at] : escape(name[at]));
      }
      return text.toString();
    }
  }

  private static String escape(byte value) {
    return String.format(Locale.ROOT, "\\x%02x", value & 0xff);
  }

  /** True if the last name of a path is UTF-8, so that {@link #text} does not escape it. */
  static boolean isUtf8(Path path) {
    if (isAscii(path.getFileName().toString())) {
      return true;
    }
    return isUtf8(bytes(path));
  }

  /** True if a name is UTF-8, so that {@link #text} does not escape it. */
  public static boolean isUtf8(byte[] name) {
    return Arrays.equals(text(name).getBytes(StandardCharsets.UTF_8), name);
  }

  /** The URI of a path holds the bytes that are on disk. */
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

  /** True if Java may read the text of a path as another name than that of the file. */
  static boolean needBytes(String path) {
    return !isAscii(path) || path.contains("\\x");
  }

  /**
   * Returns the local file for an absolute path whose names {@link #text} has written. A file or
   * directory of literally that name takes precedence.
   */
  static Path path(String text) {
    Path literal = path(text.getBytes(StandardCharsets.UTF_8));
    if (!text.contains("\\x") || Files.exists(literal, LinkOption.NOFOLLOW_LINKS)) {
      return literal;
    }
    Path found = path(new byte[] {'/'});
    for (String name : text.substring(1).split("/")) {
      Path itself =
          found.resolve(path(("/" + name).getBytes(StandardCharsets.UTF_8)).getFileName());
      found =
          name.contains("\\x") && !Files.exists(itself, LinkOption.NOFOLLOW_LINKS)
              ? found.resolve(path(decoded("/" + name)).getFileName())
              : itself;
    }
    return found;
  }

  private static byte[] decoded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Matcher escape = ESCAPED.matcher(text);
    int from = 0;
    while (escape.find()) {
      bytes.writeBytes(text.substring(from, escape.start()).getBytes(StandardCharsets.UTF_8));
      bytes.write(Integer.parseInt(escape.group(1), 16));
      from = escape.end();
    }
    bytes.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  private static Path path(byte[] name) {
    StringBuilder uri = new StringBuilder("file://");
    for (byte value : name) {
      boolean plain = value == '/' || (value > 0 && Character.isLetterOrDigit(value));
      uri.append(plain ? (char) value : String.format(Locale.ROOT, "%%%02X", value & 0xff));
    }
    return Path.of(URI.create(uri.toString()));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}
