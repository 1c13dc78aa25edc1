package dev.rapid.core.invocation;

/** Where a streamed response comes from. */
public interface ResponseSource {

  /**
   * The caller takes no more; the runtime learns that its response was cut. Any thread; repeated
   * calls do no harm.
   */
  void cancel();
}
