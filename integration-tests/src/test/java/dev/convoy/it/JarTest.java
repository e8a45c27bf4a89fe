package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The shaded jar is fit for spark-submit. */
class JarTest {
  @Test
  void noClassIsBothInTheJarAndInSpark() throws IOException {
    Set<String> ours = classes(Convoy.JAR);
    Set<String> both = new HashSet<>();
    try (Stream<Path> jars = Files.list(Convoy.SPARK.resolve("jars"))) {
      for (Path jar : jars.toList()) {
        classes(jar).stream().filter(ours::contains).forEach(both::add);
      }
    }
    assertThat(both).isEmpty();
  }

  @Test
  void holdsNoSparkNoScalaAndNoLoggingBinding() throws IOException {
    assertThat(classes(Convoy.JAR))
        .noneMatch(name -> name.startsWith("org/apache/spark/"))
        .noneMatch(name -> name.startsWith("scala/"))
        .noneMatch(name -> name.startsWith("org/slf4j/"))
        .noneMatch(name -> name.startsWith("ch/qos/logback/"))
        .noneMatch(name -> name.startsWith("org/junit/"));
  }

  @Test
  void holdsNativeCodeConfigurationSampleServicesAndNotices() throws IOException {
    try (JarFile jar = new JarFile(Convoy.JAR.toFile())) {
      List<String> names = jar.stream().map(ZipEntry::getName).toList();
      assertThat(names)
          .contains(
              "dev/convoy/conf/networks/lenet.conf",
              "dev/convoy/conf/convoy.conf",
              "dev/convoy/data/sample/train-images-idx3-ubyte.gz",
              "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend",
              "META-INF/services/javax.imageio.spi.ImageReaderSpi",
              "META-INF/LICENSE",
              "META-INF/NOTICE")
          .anyMatch(name -> name.endsWith("libnd4jcpu.so"))
          .anyMatch(name -> name.contains("libopenblas"));
      ZipEntry notice = jar.getEntry("META-INF/NOTICE");
      assertThat(new String(jar.getInputStream(notice).readAllBytes(), StandardCharsets.UTF_8))
          .contains("Fashion-MNIST", "Zalando", "MIT");
    }
  }

  private static Set<String> classes(Path jar) throws IOException {
    Set<String> names = new HashSet<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      file.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .filter(name -> !name.equals("module-info.class"))
          .forEach(names::add);
    }
    return names;
  }
}
