package dev.rapid.control;

/** A direct invocation is refused; the message is the contract's name of the error. */
final class DirectInvokeException extends Exception {

  DirectInvokeException(String name) {
    super(name);
  }

  /** Returns the value of the header {@code Error-Type}. */
  String name() {
    return String.valueOf(getMessage());
  }
}
