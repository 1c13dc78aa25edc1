package dev.rapid.control;

/** A body is not the JSON that it should be; the message says why. */
final class InvalidJsonException extends Exception {

  InvalidJsonException(String message) {
    super(message);
  }
}
