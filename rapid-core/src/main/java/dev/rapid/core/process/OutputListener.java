package dev.rapid.core.process;

/**
 * Receives what the function's processes write to stdout and stderr, in the order in which it was
 * written.
 *
 * <p>Called by one thread for each process. A listener that blocks makes the function block on its
 * next write, which is the wanted back-pressure.
 */
public interface OutputListener {

  /**
   * Takes bytes as they were read; they end anywhere, also inside a line or a character.
   *
   * @param bytes a buffer that is reused after the call
   * @param offset the first byte
   * @param length the number of bytes, at least 1
   */
  void output(byte[] bytes, int offset, int length);

  /** No more bytes will come from this process. */
  void ended();
}
