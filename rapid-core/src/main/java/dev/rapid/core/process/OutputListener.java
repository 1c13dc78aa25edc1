package dev.rapid.core.process;

import org.jspecify.annotations.Nullable;

/**
 * Receives what the function's processes write to stdout and stderr, and the messages of a
 * runtime's framed log (contract runtime-extensions-telemetry, section 7.6), in the order in which
 * they were written.
 *
 * <p>Called by one thread for each process. A listener that blocks makes the function block on its
 * next write, which is the wanted back-pressure.
 */
public interface OutputListener {

  /** Stands for a time that is not known. */
  long NO_TIME = 0;

  /**
   * Takes bytes as they were read; they end anywhere, also inside a line or a character.
   *
   * @param bytes a buffer that is reused after the call
   * @param offset the first byte
   * @param length the number of bytes, at least 1
   */
  void output(byte[] bytes, int offset, int length);

  /**
   * Takes one log message of a runtime, which may have several lines and may or may not end with a
   * newline. A very long message comes in pieces, each of which is a message.
   *
   * @param bytes a buffer that is reused after the call
   * @param offset the first byte
   * @param length the number of bytes, 0 for an empty message
   * @param epochMicros when it was logged, in microseconds since 1970, or {@link #NO_TIME}
   * @param level how serious the runtime says it is, null if it says nothing
   */
  void message(
      byte[] bytes, int offset, int length, long epochMicros, @Nullable ApplicationLogLevel level);

  /**
   * All that the process had written when {@code mark} was set has been handed over, and nothing
   * that it wrote later. Called once for each mark whose setter was promised that.
   */
  default void reached(long mark) {}

  /** No more bytes will come from this process. */
  void ended();
}
