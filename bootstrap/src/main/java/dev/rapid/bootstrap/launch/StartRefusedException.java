package dev.rapid.bootstrap.launch;

import dev.rapid.core.process.StartFailure;

/** A program cannot be started, for a reason that its owner has to be told. */
public final class StartRefusedException extends Exception {

  private final StartFailure failure;

  StartRefusedException(StartFailure.Kind kind, String message) {
    super(message);
    this.failure = new StartFailure(kind, message);
  }

  /** Returns what the sandbox gets to know. */
  public StartFailure failure() {
    return failure;
  }
}
