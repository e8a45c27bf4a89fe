package dev.convoy.driver.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.convoy.data.Visible;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Serializable;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Faults of text files that Spark's readers pass over, with the rows behind them. */
final class TextCheck {
  private static final JsonFactory JSON =
      new JsonFactory().enable(JsonParser.Feature.ALLOW_SINGLE_QUOTES);

  private static final JsonFactory STRICT =
      new JsonFactory()
          .enable(JsonParser.Feature.ALLOW_SINGLE_QUOTES)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private static final int SHOWN_CHARACTERS = 100;

  private TextCheck() {}

  /** The faults of a file: their number, and the first of them. */
  static final class Faults implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final int KEPT = 6;

    private final List<String> first = new ArrayList<>();
    private long count;

    void add(String fault) {
      count++;
      if (first.size() < KEPT) {
        first.add(fault);
      }
    }

    long count() {
      return count;
    }

    List<String> first() {
      return first;
    }
  }

  /** The values of one record after the other. */
  private static final class CsvRecord {
    private static final String OTHER_SEPARATORS = ";|\t";

    private final char separator;
    private final Faults faults;
    private final StringBuilder header = new StringBuilder();
    private int columns;
    private int values;
    private boolean isBlank = true;
    private long from = 1;
    private boolean ended = true;

    CsvRecord(char separator, Faults faults) {
      this.separator = separator;
      this.faults = faults;
    }

    void add(char c, boolean quoted, long line) {
      if (ended) {
        from = line;
        values = 1;
        isBlank = true;
        ended = false;
      }
      if (!quoted && (c == '\n' || c == '\r')) {
        end();
        return;
      }
      values += !quoted && c == separator ? 1 : 0;
      isBlank &= c == ' ' || c == '\ufeff';
      if (columns == 0 && header.length() < SHOWN_CHARACTERS) {
        header.append(c);
      }
    }

    /** Ends the record, if one has begun. */
    void end() {
      if (ended || isBlank) {
        ended = true;
        return;
      }
      ended = true;
      if (columns == 0) {
        columns = values;
        requireSeparator();
      } else if (values != columns) {
        faults.add(
            "line "
                + from
                + " has "
                + values
                + (values == 1 ? " value" : " values")
                + ", and the first line names "
                + columns
                + (columns == 1 ? " column" : " columns"));
      }
    }

    private void requireSeparator() {
      String names = header.toString();
      if (columns == 1 && names.chars().anyMatch(c -> OTHER_SEPARATORS.indexOf(c) >= 0)) {
        faults.add(
            "its first line, "
                + shown(names)
                + ", holds no "
                + (separator == ',' ? "comma" : "tab")
                + ": commas separate the values of files that are named .csv, and tabs those of"
                + " .tsv");
      }
    }
  }

  /** The place in a CSV file. */
  private enum Place {
    START,
    PLAIN,
    QUOTED,
    AFTER_QUOTES
  }

  /**
   * Checks the records of a CSV file: a quote that is opened is closed before the next value, every
   * record has as many values as the first, and all text is UTF-8. Blank lines are no records.
   *
   * @param in content of the file, not compressed
   * @return the faults with their lines
   * @throws IOException if the file cannot be read
   */
  static Faults csv(InputStream in, char separator) throws IOException {
    Faults faults = new Faults();
    Reader text =
        new BufferedReader(
            new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
    CsvRecord record = new CsvRecord(separator, faults);
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
          faults.add("text follows the quotes of a value that begins in line " + opened);
          return faults;
        } else if (place == Place.START && c == '"') {
          place = Place.QUOTED;
          opened = line;
        } else {
          place = ends ? Place.START : Place.PLAIN;
        }
        record.add((char) c, place == Place.QUOTED || place == Place.AFTER_QUOTES, line);
        line += c == '\n' ? 1 : 0;
      }
      record.end();
    } catch (CharacterCodingException e) {
      faults.add("its text is not UTF-8, at line " + line + " or after it");
    }
    if (place == Place.QUOTED) {
      faults.add("a quote that is opened in line " + opened + " is never closed");
    }
    return faults;
  }

  /**
   * Checks the records of a JSON file, which other readers have found to be malformed.
   *
   * @param isArray whether the file is one array of records, and not a record on each line
   * @return the faults with their lines
   */
  static Faults json(InputStream in, boolean isArray) throws IOException {
    Faults faults = new Faults();
    BufferedReader text = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    if (isArray) {
      jsonFault(text).ifPresent(fault -> faults.add("line " + fault.line() + ": " + fault.text()));
      return faults;
    }
    long number = 0;
    for (String line = text.readLine(); line != null; line = text.readLine()) {
      number++;
      Optional<JsonFault> fault = jsonFault(new StringReader(line));
      if (fault.isPresent() && !line.isBlank()) {
        faults.add("line " + number + ", " + shown(line) + ": " + fault.get().text());
      }
    }
    return faults;
  }

  private record JsonFault(int line, String text) {}

  /**
   * Returns the first fault of a text that should be one value, with no name twice in an object.
   */
  private static Optional<JsonFault> jsonFault(Reader text) throws IOException {
    try (JsonParser parser = STRICT.createParser(text)) {
      if (parser.nextToken() == null) {
        return Optional.empty();
      }
      JsonToken outer = parser.currentToken();
      // Names that occur twice are found only among tokens that are read one by one.
      for (int depth = outer.isStructStart() ? 1 : 0; depth > 0; ) {
        JsonToken token = parser.nextToken();
        if (token == null) {
          return fault(parser, "it ends within its value");
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      }
      if (!outer.isStructStart()) {
        return fault(parser, "it is no object");
      }
      return isMore(parser) ? fault(parser, "something follows its value") : Optional.empty();
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      return Optional.of(new JsonFault(line, e.getOriginalMessage()));
    }
  }

  private static Optional<JsonFault> fault(JsonParser parser, String text) {
    return Optional.of(new JsonFault(parser.getCurrentLocation().getLineNr(), text));
  }

  /** Returns a record as messages show it. */
  static String shown(String record) {
    String text = Visible.of(record.strip());
    return text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + " …" : text;
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
