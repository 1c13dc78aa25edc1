package dev.rapid.core.sandbox;

/** A parked poll for the restore: the runtime is ready for its snapshot. */
public interface RestoreNextCall extends RuntimeCall {

  /**
   * Answers that the restore happened. If that could not be written, the implementation posts
   * {@link SandboxEvent.RestorePollAbandoned}.
   */
  void restored();
}
