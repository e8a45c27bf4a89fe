package dev.convoy.worker.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NativeKernelTest {
  private static final String AVX512 = "sse4_1 avx2 avx512f avx512bw avx512dq avx512vl";

  private static TestMachine linux(String flags) {
    return TestMachine.of(
        "Linux", "amd64", List.of("vendor_id\t: any", "flags\t\t: " + flags, "flags\t\t: other"));
  }

  private static void assertSkips(NativeKernel kernel, TestMachine machine, boolean strict) {
    assertThatThrownBy(() -> kernel.require(false, "no such file", machine, strict))
        .isNotInstanceOf(AssertionError.class)
        .hasMessageMatching(".*(oneDNN|Winograd) is missing: no such file");
  }

  @ParameterizedTest
  @EnumSource
  void aTestWithItsKernelRunsEverywhere(NativeKernel kernel) {
    assertThatCode(() -> kernel.require(true, "", linux(AVX512), true)).doesNotThrowAnyException();
    assertThatCode(() -> kernel.require(true, "", linux(""), true)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource
  void aMissingKernelFailsWhereTheMachineShouldHaveIt(NativeKernel kernel) {
    assertThatThrownBy(() -> kernel.require(false, "no such file", linux(AVX512), true))
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching(
            "(oneDNN|Winograd) is missing on amd64 with (sse4_1|avx512f avx512bw avx512dq avx512vl),"
                + " which should have it: no such file"
                + " \\(-Dconvoy.requireNativeKernels=false skips such tests\\)");
  }

  @ParameterizedTest
  @EnumSource
  void aMissingKernelSkipsTheTestElsewhere(NativeKernel kernel) {
    TestMachine arm = TestMachine.of("Linux", "aarch64", List.of("Features\t: " + AVX512));
    TestMachine mac = new TestMachine("Mac OS X", "amd64", linux(AVX512).flags());
    for (TestMachine machine : List.of(linux("avx2"), arm, mac)) {
      assertSkips(kernel, machine, true);
    }
  }

  @Test
  void eachFlagOfWinogradIsNeeded() {
    List<String> flags = Arrays.asList(AVX512.split(" "));
    for (String flag : flags.subList(2, flags.size())) {
      TestMachine without = linux(AVX512.replace(flag, "other"));
      assertSkips(NativeKernel.WINOGRAD, without, true);
    }
  }

  @Test
  void onRequestAMissingKernelSkipsTheTestEverywhere() {
    assertSkips(NativeKernel.ONEDNN, linux(AVX512), false);
  }

  @Test
  void thisMachineIsRead() {
    TestMachine current = TestMachine.current();
    assertThat(current.system()).isNotEmpty();
    assertThat(current.isLinuxOnX86() && current.flags().isEmpty()).isFalse();
  }
}
