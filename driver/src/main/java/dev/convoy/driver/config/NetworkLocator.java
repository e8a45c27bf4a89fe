package dev.convoy.driver.config;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.foreign.KerasFile;
import dev.convoy.worker.network.foreign.NetworkFile;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.language.NetworkReader.Ending;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Finds a network by its name in {@code conf/networks}, or by its file. Without Convoy's directory,
 * as under plain spark-submit, names are found inside the jar.
 */
public final class NetworkLocator {
  private static final String SUFFIX = ".conf";
  private static final String DIRECTORY = "conf/networks";
  private static final String RESOURCES = "/dev/convoy/" + DIRECTORY + "/";

  private NetworkLocator() {}

  /** Returns whether the text can only be a network: the name of one, or a definition file. */
  public static boolean isNetwork(String nameOrFile) {
    return Files.isRegularFile(Path.of(nameOrFile)) || names().contains(nameOrFile);
  }

  /**
   * Reads the definition of a network to be trained.
   *
   * @throws InvalidRequestException if there is none, or it has faults
   */
  public static NetworkDefinition read(String nameOrFile) {
    return read(nameOrFile, Ending.OUTPUT, KerasFile.Trust.NOT_GIVEN).definition();
  }

  /**
   * Reads a definition: a network by its name, or a file of Convoy, Deeplearning4j or Keras.
   *
   * @param trust whether native code may read an HDF5 file
   * @throws InvalidRequestException if there is none, or it has faults
   */
  public static NetworkFile read(String nameOrFile, Ending ending, KerasFile.Trust trust) {
    Path file = Path.of(nameOrFile);
    if (Files.isRegularFile(file)) {
      return NetworkFile.read(file, ending, trust);
    }
    if (nameOrFile.contains("://")) {
      throw new InvalidRequestException(
          "Cannot read the network "
              + nameOrFile
              + ": definitions are read from the driver's own disk (copy it there, and give its"
              + " path)");
    }
    List<String> names = names();
    if (!names.contains(nameOrFile)) {
      throw new InvalidRequestException(
          "Cannot find the network "
              + nameOrFile
              + ": there is no such file, and the networks by name are "
              + String.join(", ", names));
    }
    Optional<Path> shipped = Home.file(DIRECTORY + "/" + nameOrFile + SUFFIX);
    NetworkDefinition definition =
        shipped.isPresent()
            ? NetworkReader.read(shipped.get(), ending)
            : NetworkReader.parse(resource(nameOrFile), nameOrFile, nameOrFile + SUFFIX, ending);
    return new NetworkFile(definition, OptionalInt.empty());
  }

  /** Returns the text of a network's file in {@code conf/networks}. */
  public static String text(String name) {
    Optional<Path> shipped = Home.file(DIRECTORY + "/" + name + SUFFIX);
    if (shipped.isEmpty()) {
      return resource(name);
    }
    try {
      return Files.readString(shipped.get());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + shipped.get(), e);
    }
  }

  /** Returns the names of the networks in {@code conf/networks}, sorted. */
  public static List<String> names() {
    Optional<Path> directory = Home.file(DIRECTORY);
    if (directory.isPresent()) {
      return namesIn(directory.get());
    }
    URL url = NetworkLocator.class.getResource(RESOURCES);
    if (url == null) {
      return List.of();
    }
    try {
      URI uri = url.toURI();
      if (!uri.getScheme().equals("jar")) {
        return namesIn(Path.of(uri));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return namesIn(jar.getPath(RESOURCES));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the networks in " + url, e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> namesIn(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the networks in " + directory, e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = NetworkLocator.class.getResourceAsStream(RESOURCES + name + SUFFIX)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the network " + name, e);
    }
  }
}
