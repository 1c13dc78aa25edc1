package dev.rapid.gateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an authorizer found, as the function sees it (contract http-front-door, section 8). */
public sealed interface Authorization {

  /** The route is open. */
  Authorization NONE = new None();

  /** There was no authorizer. */
  record None() implements Authorization {}

  /**
   * An authorizer function allowed the request.
   *
   * @param principalId null if it answered without one
   * @param context an object, or missing
   * @param usageIdentifierKey the API key, null if it named none
   */
  record OfFunction(
      @Nullable String principalId, JsonNode context, @Nullable String usageIdentifierKey)
      implements Authorization {}

  /**
   * A JSON Web Token allowed the request.
   *
   * @param claims all values as text
   * @param scopes null if the route requires none
   */
  record OfToken(Map<String, String> claims, @Nullable List<String> scopes)
      implements Authorization {

    /** Copies the collections. */
    public OfToken {
      claims = Map.copyOf(claims);
      scopes = scopes == null ? null : List.copyOf(scopes);
    }
  }

  /**
   * The request was signed.
   *
   * @param accessKey the id of the key
   */
  record OfSignature(String accessKey) implements Authorization {}
}
