package dev.convoy.data.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.convoy.data.Visible;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Describes in words why a text is not the expected JSON document, and where the fault is. */
final class JsonFault {
  /** A literal or number that is incomplete. */
  private static final Pattern CUT_WORD =
      Pattern.compile("(?<![\\w.+-])(t|tr|tru|f|fa|fal|fals|n|nu|nul|-|-?\\d[\\d.]*([eE][+-]?)?)$");

  private JsonFault() {}

  /** Returns the reason, with at most one line number, to follow the name of the file. */
  static String describe(JsonProcessingException e, String text) {
    if (text.isBlank()) {
      return ": it is empty";
    }
    int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
    if (e instanceof JsonEOFException || endsTooEarly(e, text)) {
      return ": it is cut off at line " + line;
    }
    if (e instanceof StreamConstraintsException) {
      return at(line) + "it is nested too deeply, or holds too long a number, name or text";
    }
    if (!(e instanceof JsonMappingException mapping)) {
      return String.format(
          Locale.ROOT, ": it is not JSON at line %d, column %d", line, column(e, text));
    }
    if (e instanceof ValueInstantiationException
        && e.getCause() instanceof IllegalArgumentException) {
      return at(line) + Visible.of(e.getCause().getMessage());
    }
    return at(line) + Visible.of(mismatch(mapping));
  }

  private static String at(int line) {
    return " at line " + line + ": ";
  }

  /**
   * True if the text ends before the document does, perhaps within a literal such as {@code tru}.
   */
  private static boolean endsTooEarly(JsonProcessingException e, String text) {
    return !(e instanceof JsonMappingException)
        && (e.getOriginalMessage().startsWith("Unexpected end-of-input")
            || (offset(e, text) == text.length() && CUT_WORD.matcher(text).find()));
  }

  private static int offset(JsonProcessingException e, String text) {
    long offset = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
    return (int) Math.max(0, Math.min(text.length(), offset));
  }

  /**
   * Returns the column where the word begins that the parser could not read; the parser reports its
   * end.
   */
  private static int column(JsonProcessingException e, String text) {
    int start = Math.max(0, offset(e, text) - 1);
    while (start > 0
        && Character.isJavaIdentifierPart(text.charAt(start))
        && Character.isJavaIdentifierPart(text.charAt(start - 1))) {
      start--;
    }
    return start - text.lastIndexOf('\n', Math.max(0, start - 1));
  }

  /** Returns why JSON is not the expected document. */
  private static String mismatch(JsonMappingException e) {
    String path = path(e);
    if (e instanceof UnrecognizedPropertyException unknown) {
      return path
          + " is unknown"
          + (unknown.getKnownPropertyIds() == null
              ? ""
              : "; known here: " + names(unknown.getKnownPropertyIds()));
    }
    if (e.getOriginalMessage().startsWith("Trailing token")) {
      return "there is more text after its end";
    }
    String subject = path.isEmpty() ? "it" : path;
    if (e instanceof InvalidFormatException format) {
      return subject + " must be " + kind(format.getTargetType()) + " and is " + format.getValue();
    }
    if (e instanceof MismatchedInputException input && input.getTargetType() != null) {
      return subject + " must be " + kind(input.getTargetType());
    }
    return subject + " is not of the expected kind";
  }

  private static String names(Collection<Object> known) {
    return String.join(", ", known.stream().map(String::valueOf).sorted().toList());
  }

  /** Returns the path of a value from the root, such as {@code files.train[2].bytes}. */
  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : e.getPath()) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.length() == 0 ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.toString();
  }

  private static String kind(Class<?> type) {
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "a whole number";
    }
    if ((type.isPrimitive() && type != boolean.class) || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "a text";
    }
    if (type.isEnum()) {
      return "one of its allowed words";
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "a list, [ ... ]";
    }
    return Map.class.isAssignableFrom(type) || !type.getName().startsWith("java.")
        ? "an object, { ... }"
        : "a value of another kind";
  }
}
