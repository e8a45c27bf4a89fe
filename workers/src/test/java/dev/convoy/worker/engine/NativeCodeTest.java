package dev.convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Directories that native code cannot be loaded from are recognised. */
class NativeCodeTest {
  private static final List<String> MOUNTS =
      List.of(
          "overlay / overlay rw,relatime 0 0",
          "tmpfs /tmp tmpfs rw,nosuid,noexec 0 0",
          "/dev/sda1 /tmp/with\\040space ext4 rw 0 0",
          "/dev/sda2 /data ext4 rw,noexec 0 0",
          "tmpfs /data tmpfs rw 0 0");

  private static boolean noexec(String directory) {
    return NativeCode.isNoexec(MOUNTS, Path.of(directory));
  }

  @Test
  void theDeepestMountDecidesAndOfEqualOnesTheLast() {
    assertThat(noexec("/tmp")).isTrue();
    assertThat(noexec("/tmp/a/b")).isTrue();
    assertThat(noexec("/tmpfs")).isFalse();
    assertThat(noexec("/home")).isFalse();
    assertThat(noexec("/tmp/with space/x")).isFalse();
    assertThat(noexec("/data/x")).isFalse();
  }

  @Test
  void aDirectoryWithoutRoomTellsTheSetting() {
    assertThat(NativeCode.fullMessage("/scratch", "java.io.tmpdir", 60 << 10))
        .startsWith(
            "native code is unpacked into /scratch, where only 60 KiB are free (delete something"
                + " there, or name another directory: CONVOY_JAVA_OPTIONS=-Djava.io.tmpdir=DIR");
    assertThat(NativeCode.isFull(1L << 30, 60 << 10)).isTrue();
    assertThat(NativeCode.isFull(1L << 30, 1L << 29)).isFalse();
    assertThat(NativeCode.isFull(0, 0)).isFalse();
  }

  @Test
  void aLibraryThatCouldNotBeMappedTellsItsDirectoryAndTheSetting() {
    Throwable refused =
        new UnsatisfiedLinkError(
            "/scratch/snappy-1.1.10-libsnappyjava.so: /scratch/snappy-1.1.10-libsnappyjava.so:"
                + " failed to map segment from shared object");
    assertThat(NativeCode.explain(new IllegalStateException(refused)).orElseThrow())
        .contains("from /scratch, which is mounted noexec", "-Djava.io.tmpdir=DIR");
    assertThat(
            NativeCode.explain(
                    new IllegalStateException(
                        "Lost task 0.3 in stage 0.0 (TID 3) (10.0.0.7 executor 4): " + refused))
                .orElseThrow())
        .startsWith("The job failed on 10.0.0.7 executor 4: native code cannot be loaded from");
    assertThat(
            NativeCode.explain(
                    new UnsatisfiedLinkError(
                        "/home/a/.javacpp/cache/x/libjnijavacpp.so:"
                            + " /home/a/.javacpp/cache/x/libjnijavacpp.so: failed to map segment"
                            + " from shared object: Operation not permitted"))
                .orElseThrow())
        .contains("from /home/a/.javacpp/cache/x,", "-Dorg.bytedeco.javacpp.cachedir=DIR");
    assertThat(NativeCode.explain(new UnsatisfiedLinkError("no such library"))).isEmpty();
  }
}
