package dev.rapid.invokeapi.url;

/**
 * What a function returned cannot be an HTTP response. The message names the defect, on one line
 * and for the function's author; the client learns nothing of it. It has no stack trace, because it
 * describes the result and not the program.
 */
@SuppressWarnings("serial") // It never leaves the process.
final class InvalidUrlResultException extends Exception {

  InvalidUrlResultException(String defect) {
    super(defect, null, false, false);
  }
}
