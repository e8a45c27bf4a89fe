package dev.convoy.driver.cli;

import dev.convoy.worker.network.foreign.KerasFile;
import picocli.CommandLine.Option;

/** Whether native code may read a file that comes from elsewhere. */
final class TrustOption {
  @Option(
      names = "--trust",
      description =
          "Read a Keras HDF5 file: native code parses it, so do that with files of people you"
              + " trust.")
  private boolean trust;

  KerasFile.Trust value() {
    return trust ? KerasFile.Trust.GIVEN : KerasFile.Trust.NOT_GIVEN;
  }
}
