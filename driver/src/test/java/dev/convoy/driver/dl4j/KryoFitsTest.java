package dev.convoy.driver.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.TestSpark;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fits under the serializer that DL4J's documentation tells its users to set. */
@Tag("slow")
class KryoFitsTest {
  @TempDir Path directory;

  @Test
  void fitsUnderKryoHaveTheBitsOfThoseUnderJavasSerializer() throws Exception {
    List<String> underJava =
        KryoFits.fits(JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext()));
    assertThat(underJava).hasSize(3).containsOnly(underJava.get(0));
    assertThat(printed(KryoFits.class, "local[2]"))
        .containsSubsequence(
            Stream.of("documented ", "registered ")
                .flatMap(way -> underJava.stream().map(digest -> way + digest))
                .toList());
  }

  /** Runs a class in another JVM like this one; returns what it has printed. */
  private List<String> printed(Class<?> main, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent"))
        .forEach(command::add);
    command.add("-Xmx1g");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(args));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    int status =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    assertThat(status).as("%s", Files.readString(err, StandardCharsets.UTF_8)).isZero();
    return Files.readAllLines(out, StandardCharsets.UTF_8);
  }
}
