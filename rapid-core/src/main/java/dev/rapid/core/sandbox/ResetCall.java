package dev.rapid.core.sandbox;

/** A request for a reset that waits for its end. */
@FunctionalInterface
public interface ResetCall {

  /** Takes the result. Called exactly once; must not block. */
  void done(ResetResult result);
}
