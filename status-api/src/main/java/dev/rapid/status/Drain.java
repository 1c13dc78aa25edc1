package dev.rapid.status;

/**
 * The announcement that Rapid will end, so that load balancers send their requests elsewhere. It
 * cannot be taken back.
 */
public interface Drain {

  /**
   * Announces the end: {@code GET /_rapid/ready} answers 503, and connections end with their next
   * answer. Requests are served as before. Repeated calls do nothing.
   */
  void begin();

  /** Returns whether the end is announced. */
  boolean hasBegun();
}
