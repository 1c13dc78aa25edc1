package dev.rapid.gateway.request;

import dev.rapid.http.request.PercentEncoding;

/**
 * The path of a request in its two forms, both as sent.
 *
 * @param inStage the path behind the stage; begins with a slash
 * @param whole the path with the stage; in an HTTP API, {@code $default} has no part in it
 */
public record ApiPath(String inStage, String whole) {

  /** Returns the path with the stage, decoded once. */
  public String decoded() {
    return PercentEncoding.decode(whole);
  }
}
