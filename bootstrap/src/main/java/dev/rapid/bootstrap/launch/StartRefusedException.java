package dev.rapid.bootstrap.launch;

import dev.rapid.core.process.StartFailure;

/** A program cannot be started; the message says why. */
public final class StartRefusedException extends Exception {

  private final StartFailure failure;

  StartRefusedException(StartFailure.Kind kind, String message) {
    super(message);
    this.failure = new StartFailure(kind, message);
  }

  /** Returns the failure as the sandbox gets it. */
  public StartFailure failure() {
    return failure;
  }
}
