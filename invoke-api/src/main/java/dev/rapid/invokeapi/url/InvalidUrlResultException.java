package dev.rapid.invokeapi.url;

/**
 * Thrown if a function's result is not an HTTP response. The message names the defect on one line,
 * for the function's author; the client does not see it. It has no stack trace, because it
 * describes the result and not the program.
 */
@SuppressWarnings("serial") // It never leaves the process.
final class InvalidUrlResultException extends Exception {

  InvalidUrlResultException(String defect) {
    super(defect, null, false, false);
  }
}
