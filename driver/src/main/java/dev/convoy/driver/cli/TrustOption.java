package dev.convoy.driver.cli;

import dev.convoy.worker.network.foreign.KerasFile;
import picocli.CommandLine.Option;

/** The option that allows native code to read foreign files. */
final class TrustOption {
  @Option(
      names = "--trust",
      description =
          "Allow a Keras HDF5 file. Native code parses it, so use this only for files of people you"
              + " trust.")
  private boolean trust;

  KerasFile.Trust value() {
    return trust ? KerasFile.Trust.GIVEN : KerasFile.Trust.NOT_GIVEN;
  }
}
