package dev.convoy.data.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import org.apache.hadoop.net.NetUtils;
import org.junit.jupiter.api.Test;

/** Hadoop itself words the exceptions that are put plainly. */
class RemoteServerTest {
  private static String of(IOException cause) {
    return RemoteServer.describe(
        NetUtils.wrapException("namenode", 8020, "vm", 0, cause).getMessage());
  }

  @Test
  void aServerThatDoesNotAnswerIsNamedWithoutHadoopsWords() {
    assertThat(of(new ConnectException("Connection refused")))
        .startsWith("namenode:8020 does not answer: Connection refused (")
        .contains("fs.defaultFS")
        .doesNotContain("Call From", "http");
    assertThat(of(new SocketTimeoutException("20000 millis timeout")))
        .startsWith("namenode:8020 does not answer: 20000 millis timeout (");
  }

  @Test
  void whatElseIsSaidStaysButForThePageThatIsNamed() {
    assertThat(RemoteServer.describe("disk full")).isEqualTo("disk full");
    assertThat(RemoteServer.describe("x; For more details see:  http://wiki.example/Y"))
        .isEqualTo("x");
  }
}
