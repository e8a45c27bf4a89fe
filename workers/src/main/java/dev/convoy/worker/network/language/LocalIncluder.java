package dev.convoy.worker.network.language;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Includes files at or below the directory of the definition, named relative to the including file,
 * and nothing else: a definition may come from anyone and must not read files that its author could
 * not. Symbolic links are resolved before that check.
 *
 * <p>A refused include is reported as a fault and yields an empty object. A missing file is a fault
 * too, unlike in HOCON.
 */
final class LocalIncluder
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  /** The largest total size of a definition and its includes, in bytes. */
  static final int MOST_BYTES = 1 << 20;

  private static final int MOST_FILES = 100;
  private static final int MOST_SUBSTITUTIONS = 1000;
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{|\\+=");
  private static final String ONLY_FILES =
      "only files at or below the definition's directory can be included, by relative names";

  private final Faults faults;
  private final Deque<Source> open = new ArrayDeque<>();
  private int bytes;
  private int files;
  private long substitutions;

  LocalIncluder(Faults faults) {
    this.faults = faults;
  }

  /**
   * A text that may include files.
   *
   * @param file empty if the text is not from a file, which then cannot include files
   * @param where name of the file in messages
   */
  record Source(String text, Optional<Path> file, String where) {}

  /** Parses without resolving, and reports the faults of included files and silent merges. */
  ConfigObject parse(Source source, ConfigSyntax syntax) {
    substitutions += SUBSTITUTION.matcher(source.text()).results().count();
    if (substitutions > MOST_SUBSTITUTIONS) {
      faults.add("it has more than " + MOST_SUBSTITUTIONS + " substitutions");
      return ConfigFactory.empty().root();
    }
    open.push(source);
    try {
      ConfigParseOptions options =
          ConfigParseOptions.defaults()
              .setSyntax(syntax)
              .setIncluder(this)
              .setOriginDescription(source.where());
      ConfigObject tree = ConfigFactory.parseString(source.text(), options).root();
      addMerges(source, syntax);
      return tree;
    } catch (ConfigException e) {
      List<SilentMerges.Merge> merges = addMerges(source, syntax);
      boolean reported =
          e.origin() != null
              && merges.stream().anyMatch(merge -> merge.line() == e.origin().lineNumber());
      if (!reported) {
        addSyntaxFault(source, syntax, e);
      }
      return ConfigFactory.empty().root();
    } finally {
      open.pop();
    }
  }

  /**
   * Reports why the parser cannot read a text, in the parser's words only if {@link HoconSyntax}
   * finds no fault.
   */
  private void addSyntaxFault(Source source, ConfigSyntax syntax, ConfigException e) {
    HoconSyntax.Fault fault =
        syntax == ConfigSyntax.CONF && e instanceof ConfigException.Parse
            ? HoconSyntax.fault(source.text()).orElseThrow(() -> e)
            : null;
    if (fault == null) {
      throw e;
    }
    faults.add(source.where() + ":" + fault.line(), fault.reason());
  }

  private List<SilentMerges.Merge> addMerges(Source source, ConfigSyntax syntax) {
    if (syntax != ConfigSyntax.CONF) {
      return List.of();
    }
    List<SilentMerges.Merge> merges = SilentMerges.find(source.text(), SilentMerges.Parts.ONE);
    for (SilentMerges.Merge merge : merges) {
      faults.add(source.where() + ":" + merge.line() + ": " + merge.path(), merge.fault());
    }
    return merges;
  }

  /**
   * Reads a file within the limit on bytes.
   *
   * @throws IOException with the reason if it is too large or not UTF-8
   */
  String read(Path file) throws IOException {
    byte[] content;
    try (var in = Files.newInputStream(file)) {
      content = in.readNBytes(MOST_BYTES - bytes + 1);
    }
    bytes += content.length;
    if (bytes > MOST_BYTES) {
      throw new IOException(
          "a definition with its includes must not exceed " + MOST_BYTES + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("it is not UTF-8 text", e);
    }
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    return what.contains("://") ? refused(what, ONLY_FILES) : included(what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return included(what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    return refused(what.toString(), ONLY_FILES);
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return refused(what, ONLY_FILES);
  }

  private ConfigObject included(String what) {
    Source from = open.getFirst();
    try {
      Path file = locate(from, what);
      if (open.stream().anyMatch(source -> source.file().equals(Optional.of(file)))) {
        return refused(what, "the files include each other in a cycle");
      }
      if (++files > MOST_FILES) {
        return refused(what, "there are more than " + MOST_FILES + " includes");
      }
      Path where = Path.of(from.where()).resolveSibling(what).resolveSibling(file.getFileName());
      Source source = new Source(read(file), Optional.of(file), where.toString());
      return parse(source, ConfigSyntax.CONF);
    } catch (RefusedException | IOException e) {
      return refused(what, e.getMessage());
    } catch (ConfigException e) {
      faults.add(e);
      return ConfigFactory.empty().root();
    }
  }

  private Path locate(Source from, String what) throws IOException, RefusedException {
    if (from.file().isEmpty()) {
      throw new RefusedException("this definition is not in a file, so it cannot include one");
    }
    Path relative;
    try {
      relative = Path.of(what);
    } catch (InvalidPathException e) {
      throw new RefusedException("not a file name");
    }
    Path directory = from.file().get().getParent();
    Path root = open.getLast().file().orElseThrow().getParent();
    if (relative.isAbsolute() || !directory.resolve(relative).normalize().startsWith(root)) {
      throw new RefusedException(ONLY_FILES);
    }
    Path found = directory.resolve(relative);
    if (!Files.isRegularFile(found)) {
      found = directory.resolve(what + ".conf");
    }
    if (!Files.isRegularFile(found)) {
      throw new RefusedException("no such file");
    }
    Path real = found.toRealPath();
    if (!real.startsWith(root)) {
      throw new RefusedException("it is a link to a file elsewhere; " + ONLY_FILES);
    }
    return real;
  }

  private ConfigObject refused(String what, String reason) {
    Source from = open.getFirst();
    String place = from.where() + lineOf(from.text(), what.substring(what.lastIndexOf('/') + 1));
    faults.add(place, "cannot include " + what + ": " + reason);
    return ConfigFactory.empty().root();
  }

  /** Finds the line that includes a file of this name, which the library does not report. */
  private static String lineOf(String text, String fileName) {
    List<String> lines = text.lines().toList();
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).contains("include") && lines.get(i).contains(fileName))
        .mapToObj(i -> ":" + (i + 1))
        .findFirst()
        .orElse("");
  }

  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String reason) {
      super(reason);
    }
  }
}
