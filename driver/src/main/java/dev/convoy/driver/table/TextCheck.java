package dev.convoy.driver.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Faults of text files that Spark's readers pass over, with the rows behind them. */
final class TextCheck {
  private static final JsonFactory JSON =
      new JsonFactory().enable(JsonParser.Feature.ALLOW_SINGLE_QUOTES);

  private TextCheck() {}

  /** The place in a CSV file. */
  private enum Place {
    START,
    PLAIN,
    QUOTED,
    AFTER_QUOTES
  }

  /**
   * Checks the quotes and the encoding of a CSV file: a quote that is opened is closed before the
   * next value, and all text is UTF-8.
   *
   * @param in content of the file, not compressed
   * @return the first fault with its line; empty if there is none
   * @throws IOException if the file cannot be read
   */
  static Optional<String> csv(InputStream in, char separator) throws IOException {
    Reader text =
        new BufferedReader(
            new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
    Place place = Place.START;
    long line = 1;
    long opened = 0;
    try {
      for (int c = text.read(); c >= 0; c = text.read()) {
        boolean ends = c == separator || c == '\n' || c == '\r';
        if (place == Place.QUOTED) {
          place = c == '"' ? Place.AFTER_QUOTES : Place.QUOTED;
        } else if (place == Place.AFTER_QUOTES && c == '"') {
          place = Place.QUOTED;
        } else if (place == Place.AFTER_QUOTES && !ends) {
          return Optional.of("text follows the quotes of a value that begins in line " + opened);
        } else if (place == Place.START && c == '"') {
          place = Place.QUOTED;
          opened = line;
        } else {
          place = ends ? Place.START : Place.PLAIN;
        }
        line += c == '\n' ? 1 : 0;
      }
    } catch (CharacterCodingException e) {
      return Optional.of("its text is not UTF-8, at line " + line + " or after it");
    }
    return place == Place.QUOTED
        ? Optional.of("a quote that is opened in line " + opened + " is never closed")
        : Optional.empty();
  }

  /**
   * Returns whether something follows the first value of a JSON text. Spark would leave it out.
   * Faults within the first value are found by Spark.
   */
  static boolean hasMore(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return false;
      }
      parser.skipChildren();
      return isMore(parser);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isMore(JsonParser parser) {
    try {
      return parser.nextToken() != null;
    } catch (IOException e) {
      return true;
    }
  }
}
