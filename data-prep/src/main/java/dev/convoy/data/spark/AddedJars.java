package dev.convoy.data.spark;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkSubmitUtils;
import org.apache.spark.util.DependencyUtils;
import org.apache.spark.util.MutableURLClassLoader;
import org.apache.spark.util.Utils;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * The jars that {@code --jars} and {@code --packages} add to the class paths of the driver and the
 * executors, such as those of a file system. Spark resolves packages with Ivy as spark-submit does,
 * with the same repositories and caches.
 *
 * @param files values of {@code --jars}: paths, patterns or URLs
 * @param packages values of {@code --packages}: Maven coordinates, {@code group:artifact:version}
 */
public record AddedJars(List<String> files, List<String> packages) {
  public static final String JARS = "spark.jars";
  public static final String PACKAGES = "spark.jars.packages";
  public static final String EXCLUDES = "spark.jars.excludes";
  public static final String REPOSITORIES = "spark.jars.repositories";

  private static final String IVY = "spark.jars.ivy";
  private static final String IVY_SETTINGS = "spark.jars.ivySettings";
  private static final Pattern COORDINATE = Pattern.compile("[^:/\\s]+[:/][^:/\\s]+[:/][^:/\\s]+");
  private static final Pattern EXCLUDED = Pattern.compile("[^:/\\s]+:[^:/\\s]+");
  private static final Pattern REPOSITORY = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:/\\S+");
  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*");

  public AddedJars {
    files = List.copyOf(files);
    packages = List.copyOf(packages);
  }

  /** Returns the distinct names in comma-separated lists such as {@code spark.jars}, in order. */
  public static List<String> names(String... lists) {
    return Stream.of(lists)
        .flatMap(list -> Stream.of(list.split(",")))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }

  public boolean isEmpty() {
    return files.isEmpty() && packages.isEmpty();
  }

  /** Adds the problems of the settings of package resolution: repositories and exclusions. */
  public static void checkSources(Map<String, String> spark, Problems problems) {
    for (String one : names(spark.getOrDefault(REPOSITORIES, ""))) {
      if (!REPOSITORY.matcher(one).matches()) {
        problems.add(
            "--repositories " + one, "must be a URL, such as https://repo.example.org/maven2");
      }
    }
    for (String one : names(spark.getOrDefault(EXCLUDES, ""))) {
      if (!EXCLUDED.matcher(one).matches()) {
        problems.add("--exclude-packages " + one, "must have the form group:artifact");
      }
    }
  }

  /** Adds the problems of coordinates and of local files that are missing or are not jars. */
  public void check(Problems problems) {
    for (String one : packages) {
      if (!COORDINATE.matcher(one).matches()) {
        problems.add("--packages " + one, "must have the form group:artifact:version");
      }
    }
    for (String file : files) {
      if (isLocal(file)) {
        List<Path> found;
        try {
          found = localFiles(file);
        } catch (PatternSyntaxException e) {
          problems.add(
              "--jars " + file,
              "is neither a file nor a pattern of file names: "
                  + e.getDescription()
                  + " (write a backslash before [ ] { } * and ? of a name)");
          continue;
        }
        if (found.isEmpty()) {
          problems.add(
              "--jars " + file,
              Files.isDirectory(localPath(file))
                  ? "is a directory (name the jars in it: " + Storage.join(file, "*.jar") + ")"
                  : "there is no such file");
        }
        for (Path jar : found) {
          fault(jar).ifPresent(fault -> problems.add("--jars " + jar, fault));
        }
      }
    }
  }

  /** Returns why a file is not a jar that can be read; empty if it is one. */
  private static Optional<String> fault(Path jar) {
    try {
      new ZipFile(jar.toFile()).close();
      return Optional.empty();
    } catch (ZipException e) {
      return Optional.of(
          "is not a jar: " + e.getMessage() + " (name a file of Java classes in zip format)");
    } catch (IOException e) {
      return Optional.of(
          Files.isReadable(jar)
              ? "cannot be read: " + e.getMessage()
              : "permission denied (let this user read it)");
    }
  }

  /**
   * Finds all jars and adds them to the class path of this thread and of the threads it starts.
   *
   * @param conf configuration with the repositories of packages
   * @param log whether Ivy's messages are shown, on standard error
   * @return the locations from which executors fetch the jars, for {@code spark.jars}
   * @throws InvalidRequestException if a jar cannot be found
   */
  public List<String> load(SparkConf conf, Configuration hadoop, IvyLog log) {
    Set<String> forExecutors = new LinkedHashSet<>();
    Set<Path> here = new LinkedHashSet<>();
    if (!packages.isEmpty()) {
      for (Path jar : resolve(conf, log)) {
        here.add(jar);
        forExecutors.add(jar.toUri().toString());
      }
    }
    for (String file : files) {
      if (isLocal(file)) {
        for (Path jar : localFiles(file)) {
          here.add(jar);
          forExecutors.add(file.startsWith("local:") ? file : jar.toUri().toString());
        }
      }
    }
    addToClassPath(here);
    // The jars above may provide the file systems of these.
    here.clear();
    for (String file : files) {
      if (!isLocal(file)) {
        here.add(download(file, conf, hadoop));
        forExecutors.add(file);
      }
    }
    addToClassPath(here);
    return List.copyOf(forExecutors);
  }

  /** Whether Ivy's messages are shown. */
  public enum IvyLog {
    SHOWN,
    HIDDEN
  }

  private List<Path> resolve(SparkConf conf, IvyLog log) {
    // Ivy prints to standard output, which is for results.
    PrintStream out = System.out;
    PrintStream shown =
        log == IvyLog.SHOWN
            ? System.err
            : new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    SparkSubmitUtils.printStream_$eq(shown);
    System.setOut(shown);
    try {
      return JavaConverters.seqAsJavaList(
              DependencyUtils.resolveMavenDependencies(
                  true,
                  conf.get(EXCLUDES, ""),
                  String.join(",", packages),
                  conf.get(REPOSITORIES, ""),
                  conf.get(IVY, ""),
                  Option.apply(conf.get(IVY_SETTINGS, null))))
          .stream()
          .map(Path::of)
          .toList();
    } catch (RuntimeException e) {
      throw new InvalidRequestException(
          "Cannot add --packages "
              + String.join(",", packages)
              + ": "
              + e.getMessage()
              + " (--repositories adds a repository; --verbose shows where Ivy looked)",
          e);
    } finally {
      System.setOut(out);
    }
  }

  private static boolean isLocal(String file) {
    return !SCHEME.matcher(file).matches() || file.startsWith("file:") || file.startsWith("local:");
  }

  /** Returns the files that match a path or pattern; empty if none does. */
  private static List<Path> localFiles(String file) {
    Path path = localPath(file);
    if (Files.isRegularFile(path)) {
      return List.of(path);
    }
    Path directory = path.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(directory, path.getFileName().toString())) {
      entries.forEach(found::add);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + directory + ": " + e.getMessage(), e);
    }
    return found.stream().filter(Files::isRegularFile).sorted().toList();
  }

  private static Path localPath(String file) {
    String path = SCHEME.matcher(file).matches() ? Utils.resolveURI(file).getPath() : file;
    return Path.of(path).toAbsolutePath().normalize();
  }

  private static Path download(String url, SparkConf conf, Configuration hadoop) {
    try {
      if (!url.startsWith("http") && !url.startsWith("ftp")) {
        new Storage(hadoop).size(url); // refuses a scheme without a file system
      }
      java.io.File directory =
          Utils.createTempDir(System.getProperty("java.io.tmpdir"), "convoy-jars");
      Path jar = Path.of(URI.create(DependencyUtils.downloadFile(url, directory, conf, hadoop)));
      Optional<String> fault = fault(jar);
      if (fault.isPresent()) {
        throw new InvalidRequestException("Cannot use --jars " + url + ": it " + fault.get());
      }
      return jar;
    } catch (InvalidRequestException e) {
      throw e;
    } catch (Exception e) {
      throw new InvalidRequestException("Cannot read --jars " + url + ": " + e.getMessage(), e);
    }
  }

  private static void addToClassPath(Set<Path> jars) {
    if (jars.isEmpty()) {
      return;
    }
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    MutableURLClassLoader loader =
        context instanceof MutableURLClassLoader ofSparkSubmit
            ? ofSparkSubmit
            : new MutableURLClassLoader(new URL[0], context);
    try {
      for (Path jar : jars) {
        loader.addURL(jar.toUri().toURL());
      }
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
    Thread.currentThread().setContextClassLoader(loader);
  }
}
