package dev.convoy.data.progress;

import java.util.OptionalLong;

/**
 * Hears how far work is that goes through many items. Work comes in parts, one after another; each
 * begins, is told about, and ends. Calls may come from several threads.
 */
public interface WorkListener {
  /** Hears nothing. */
  WorkListener SILENT =
      new WorkListener() {
        @Override
        public void begin(String part, String items, OptionalLong total) {
          // Nothing is shown.
        }

        @Override
        public void at(long done) {
          // Nothing is shown.
        }

        @Override
        public void end() {
          // Nothing is shown.
        }
      };

  /**
   * A part of the work begins.
   *
   * @param part what is done, such as {@code Preparing}
   * @param items what is counted, in the plural: {@code images}
   * @param total items of this part, where that is known
   */
  void begin(String part, String items, OptionalLong total);

  /** So many items of this part are done; may be called often, and with the same number again. */
  void at(long done);

  /** The part has ended, well or not. */
  void end();
}
