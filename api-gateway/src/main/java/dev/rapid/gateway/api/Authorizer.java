package dev.rapid.gateway.api;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What decides whether a request may reach a route (contract http-front-door, section 8). */
public sealed interface Authorizer {

  /** The longest time that an answer may be remembered. */
  Duration MAX_TTL = Duration.ofHours(1);

  /** The default of a REST API's authorizers. */
  Duration REST_TTL = Duration.ofMinutes(5);

  /**
   * A function that gets the request.
   *
   * @param function what is invoked
   * @param payload the format of its event; REST APIs have one of their own and ignore it
   * @param simpleResponses whether it answers {@code isAuthorized} instead of a policy; format 2.0
   *     only
   * @param sources what must be in the request, and is the key of the cache
   * @param ttl how long an answer is remembered, at most {@link #MAX_TTL}; zero for not at all
   */
  record Request(
      FunctionTarget function,
      PayloadFormat payload,
      boolean simpleResponses,
      List<RequestValue> sources,
      Duration ttl)
      implements Authorizer {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if the values do not fit together; the message has no
     *     subject
     */
    public Request {
      sources = List.copyOf(sources);
      checkTtl(ttl);
      if (simpleResponses && payload != PayloadFormat.V2) {
        throw new IllegalArgumentException(
            "has simple responses, which are for the payload format 2.0 only");
      }
    }
  }

  /**
   * A function that gets the value of one header; REST APIs only.
   *
   * @param function what is invoked
   * @param header the name of the header
   * @param validation a regular expression that the whole value must match, null for none
   * @param ttl how long an answer is remembered, at most {@link #MAX_TTL}; zero for not at all
   */
  record Token(FunctionTarget function, String header, @Nullable String validation, Duration ttl)
      implements Authorizer {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is wrong; the message has no subject
     */
    public Token {
      checkTtl(ttl);
      if (validation != null) {
        try {
          Pattern.compile(validation);
        } catch (PatternSyntaxException e) {
          throw new IllegalArgumentException(
              "has an identity validation that is not a regular expression: " + e.getDescription(),
              e);
        }
      }
    }
  }

  /**
   * JSON Web Tokens. Their signatures are not checked.
   *
   * @param source where the token is
   * @param issuer what {@code iss} must be, null for anything
   * @param audience one of these must be in {@code aud}, or be {@code client_id}; empty for
   *     anything
   */
  record Jwt(RequestValue source, @Nullable String issuer, List<String> audience)
      implements Authorizer {

    /** Copies the list. */
    public Jwt {
      audience = List.copyOf(audience);
    }
  }

  /** A signature of AWS's version 4, any of which counts. */
  record Iam() implements Authorizer {}

  private static void checkTtl(Duration ttl) {
    if (ttl.isNegative() || ttl.compareTo(MAX_TTL) > 0) {
      throw new IllegalArgumentException(
          "has a time to live that is not from 0 to " + MAX_TTL.toSeconds() + " seconds");
    }
  }
}
