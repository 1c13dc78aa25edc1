package dev.rapid.core.sandbox;

/** Somebody who asked for a restore and waits for its end. */
@FunctionalInterface
public interface RestoreCall {

  /** Takes the result. Called exactly once; must not block. */
  void done(RestoreResult result);
}
