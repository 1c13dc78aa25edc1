package dev.rapid.azure.server.forward;

/** What a worker announces as its HTTP server cannot be connected to. */
public final class InvalidHttpUriException extends Exception {

  private static final long serialVersionUID = 1;

  InvalidHttpUriException(String httpUri) {
    super(
        "The worker announces its HTTP server as HttpUri '"
            + httpUri
            + "', which is not a URL such as http://127.0.0.1:8080");
  }
}
