package dev.convoy.worker.network.language;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * Parses the text of a definition into a tree of values and resolves includes and substitutions.
 *
 * <p>Only the definition's own values are substituted, never system properties or environment
 * variables. The cost of a file is bounded: {@link LocalIncluder} limits bytes, includes and
 * substitutions, {@link Expansion} the size after substitution, and the stack the depth.
 *
 * <p>Parsing stops after the first stage with faults, because the next stages would only report
 * consequences of an unreadable file or a missing value.
 */
final class DefinitionText {
  private static final int MOST_UNRESOLVED = 20;

  private DefinitionText() {}

  static ConfigObject read(Path file, Faults faults) {
    LocalIncluder includer = new LocalIncluder(faults);
    LocalIncluder.Source source = null;
    if (!Files.isRegularFile(file)) {
      faults.add(Files.exists(file) ? "it is not a file" : "no such file");
    } else {
      try {
        Path directory = file.toAbsolutePath().getParent().toRealPath();
        Path inPlace = directory.resolve(file.getFileName());
        source =
            new LocalIncluder.Source(includer.read(file), Optional.of(inPlace), file.toString());
      } catch (IOException e) {
        faults.add(e.getMessage() == null ? e.toString() : e.getMessage());
      }
    }
    faults.refuseIfAny();
    return tree(source, ConfigSyntax.CONF, includer, faults);
  }

  static ConfigObject parse(String text, String where, ConfigSyntax syntax, Faults faults) {
    if (text.length() > LocalIncluder.MOST_BYTES) {
      faults.add("a definition must not exceed " + LocalIncluder.MOST_BYTES + " characters");
      faults.refuseIfAny();
    }
    LocalIncluder.Source source = new LocalIncluder.Source(text, Optional.empty(), where);
    return tree(source, syntax, new LocalIncluder(faults), faults);
  }

  private static ConfigObject tree(
      LocalIncluder.Source source, ConfigSyntax syntax, LocalIncluder includer, Faults faults) {
    ConfigObject tree = null;
    try {
      tree = includer.parse(source, syntax);
      faults.refuseIfAny();
      Expansion.refusal(tree).ifPresent(faults::add);
      faults.refuseIfAny();
      tree = resolve(tree, faults);
    } catch (ConfigException e) {
      faults.add(e);
    } catch (StackOverflowError e) {
      faults.add("its values are nested, or substituted one in another, too deeply");
    }
    faults.refuseIfAny();
    return tree;
  }

  /**
   * Resolves the substitutions; one that names nothing is reported and replaced by a placeholder.
   */
  private static ConfigObject resolve(ConfigObject tree, Faults faults) {
    ConfigResolveOptions options = ConfigResolveOptions.noSystem();
    ConfigObject standing = tree;
    for (int i = 0; i < MOST_UNRESOLVED; i++) {
      try {
        return standing.toConfig().resolve(options).root();
      } catch (ConfigException.UnresolvedSubstitution e) {
        Matcher missing = Expansion.SUBSTITUTION.matcher(e.getMessage());
        if (!missing.find() || e.getMessage().contains("cycle")) {
          faults.add(e);
          return tree;
        }
        faults.unresolved(e, missing.group());
        standing =
            standing
                .toConfig()
                .withValue(missing.group(1), ConfigValueFactory.fromAnyRef(0))
                .root();
      } catch (ConfigException e) {
        if (i == 0) {
          faults.add(e); // later faults are consequences of the placeholders
        }
        return tree;
      }
    }
    return tree;
  }
}
