package dev.convoy.data.progress;

import java.util.OptionalLong;

/**
 * Listens to the progress of work on many items. Work has parts, one after another; each begins,
 * reports progress and ends. Methods may be called from several threads.
 */
public interface WorkListener {
  /** A listener that ignores everything. */
  WorkListener SILENT =
      new WorkListener() {
        @Override
        public void begin(String part, String items, OptionalLong total) {
          // Nothing is shown.
        }

        @Override
        public void progress(long done) {
          // Nothing is shown.
        }

        @Override
        public void end() {
          // Nothing is shown.
        }
      };

  /**
   * Begins a part of the work.
   *
   * @param part name of the part, such as {@code Preparing}
   * @param items items that are counted, in the plural, such as {@code images}
   * @param total number of items of this part, if known
   */
  void begin(String part, String items, OptionalLong total);

  /**
   * Reports the number of finished items of this part. May be called often, and repeatedly with the
   * same number.
   */
  void progress(long done);

  /** Ends the part, whether it succeeded or failed. */
  void end();
}
