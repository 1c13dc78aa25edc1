package dev.rapid.gateway.request;

import dev.rapid.lambda.Identifiers;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ids of a request to an API (contract http-front-door, sections 2.1 and 3.3). They are not
 * those of the invocation.
 *
 * @param requestId a UUID for a REST API, the same as {@code extended} for an HTTP API
 * @param extended 15 characters and {@code =}
 */
public record RequestIds(String requestId, String extended) {

  private static final String CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

  private static final int LENGTH = 15;

  /** Returns new ids. */
  public static RequestIds create(boolean rest) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < LENGTH; i++) {
      text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
    }
    String extended = text.append('=').toString();
    return new RequestIds(rest ? Identifiers.random() : extended, extended);
  }
}
