package dev.rapid.bootstrap;

import dev.rapid.core.process.StartFailure;

/** A program cannot be started, for a reason that its owner has to be told. */
final class StartRefusedException extends Exception {

  private final StartFailure failure;

  StartRefusedException(StartFailure.Kind kind, String message) {
    super(message);
    this.failure = new StartFailure(kind, message);
  }

  StartFailure failure() {
    return failure;
  }
}
