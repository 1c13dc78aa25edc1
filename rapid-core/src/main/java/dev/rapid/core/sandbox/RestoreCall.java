package dev.rapid.core.sandbox;

/** A request for a restore that waits for its end. */
@FunctionalInterface
public interface RestoreCall {

  /** Takes the result. Called exactly once; must not block. */
  void done(RestoreResult result);
}
