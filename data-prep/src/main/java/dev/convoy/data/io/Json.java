package dev.convoy.data.io;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Visible;

/**
 * The only JSON reader and writer. Records are read and written by their components; a class that a
 * document names is never instantiated.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  private Json() {}

  /** Formats JSON on several lines, for people and files. */
  public static String pretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /** Formats JSON on one line without a line end, for logs and pipes. */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /** Creates an empty object, for results whose fields are not those of a record. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Converts a value to a tree. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * Reads a document.
   *
   * @param where path of the file, for messages
   * @throws MalformedJsonException if it is not JSON, or not of this type
   */
  public static <T> T read(String text, Class<T> type, String where) {
    try {
      return MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new MalformedJsonException(
          "Cannot read " + Visible.of(where) + JsonFault.describe(e, text), e);
    }
  }

  /**
   * Reads a document as a tree.
   *
   * @throws MalformedJsonException if it is not JSON
   */
  public static JsonNode readTree(String text, String where) {
    return read(text, JsonNode.class, where);
  }

  /** Thrown if a document is not JSON, or not of the expected type. */
  public static final class MalformedJsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
