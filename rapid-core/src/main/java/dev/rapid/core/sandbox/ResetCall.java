package dev.rapid.core.sandbox;

/** Somebody who asked for a reset and waits for its end. */
@FunctionalInterface
public interface ResetCall {

  /** Takes the result. Called exactly once; must not block. */
  void done(ResetResult result);
}
