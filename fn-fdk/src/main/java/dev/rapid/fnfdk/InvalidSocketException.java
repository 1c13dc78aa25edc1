package dev.rapid.fnfdk;

/** What a worker has put into its directory is no socket that can be used. */
public final class InvalidSocketException extends Exception {

  private static final long serialVersionUID = 1;

  InvalidSocketException(String message) {
    super(message);
  }
}
