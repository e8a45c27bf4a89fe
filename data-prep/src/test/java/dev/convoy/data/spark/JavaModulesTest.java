package dev.convoy.data.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.storage.StorageUtils;
import org.junit.jupiter.api.Test;

class JavaModulesTest {
  /** Frees a buffer as Spark does, in a JVM that was started without options. */
  static final class WithoutOptions {
    public static void main(String[] args) {
      Module here = WithoutOptions.class.getClassLoader().getUnnamedModule();
      System.out.println(String.join(" ", JavaModules.closedTo(here)));
      JavaModules.openForSpark();
      System.out.println("left:" + JavaModules.closedTo(here));
      StorageUtils.dispose(ByteBuffer.allocateDirect(1));
      System.out.println("freed");
    }
  }

  @Test
  void aJvmWithoutOptionsIsOpenedForSpark() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                WithoutOptions.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    List<String> lines = said.lines().toList();
    List<String> options =
        Stream.of(JavaModuleOptions.defaultModuleOptions().split("\\s+"))
            .filter(option -> option.startsWith("--add-opens="))
            .map(option -> option.replaceFirst("--add-opens=(.*)=.*", "$1"))
            .toList();
    assertThat(lines.get(0).split(" ")).containsExactlyElementsOf(options);
    assertThat(lines.subList(1, lines.size())).containsExactly("left:[]", "freed");
  }
}
