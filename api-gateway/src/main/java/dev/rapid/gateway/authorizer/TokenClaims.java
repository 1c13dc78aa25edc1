package dev.rapid.gateway.authorizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.gateway.answer.GatewayError;
import dev.rapid.gateway.api.Authorizer;
import dev.rapid.gateway.event.Authorization;
import dev.rapid.gateway.request.ApiRequest;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks JSON Web Tokens: form, times, issuer, audience and scopes (contract http-front-door,
 * section 8.6). The signature is not checked.
 */
final class TokenClaims {

  private static final String BEARER = "Bearer ";
  private static final long MILLIS_PER_SECOND = 1000;

  private TokenClaims() {}

  /** Decides about a request. */
  static Decision decide(Authorizer.Jwt authorizer, ApiRequest request) {
    String value = request.value(authorizer.source());
    if (value == null) {
      return new Decision.Refused(GatewayError.UNAUTHORIZED, challenge("Bearer"));
    }
    String token =
        value.regionMatches(true, 0, BEARER, 0, BEARER.length())
            ? value.substring(BEARER.length()).trim()
            : value.trim();
    JsonNode claims = claimsOf(token);
    if (claims == null) {
      return invalid("the token is malformed");
    }
    String fault = faultOf(claims, authorizer, request.epochMillis());
    if (fault != null) {
      return invalid(fault);
    }
    List<String> wanted = request.route().scopes();
    List<String> scopes = scopesOf(claims);
    if (!wanted.isEmpty() && scopes.stream().noneMatch(wanted::contains)) {
      return new Decision.Refused(GatewayError.NO_SCOPE);
    }
    return new Decision.Allowed(
        new Authorization.OfToken(textsOf(claims), wanted.isEmpty() ? null : scopes));
  }

  private static Decision invalid(String description) {
    return new Decision.Refused(
        GatewayError.UNAUTHORIZED,
        challenge(
            "Bearer scope=\"\" error=\"invalid_token\" error_description=\"" + description + "\""));
  }

  private static List<HeaderLine> challenge(String value) {
    return List.of(new HeaderLine("www-authenticate", value));
  }

  /** Returns the claims, null if the token is malformed. */
  private static @Nullable JsonNode claimsOf(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    JsonNode header = decoded(parts[0]);
    JsonNode claims = decoded(parts[1]);
    return header == null || claims == null ? null : claims;
  }

  private static @Nullable JsonNode decoded(String part) {
    try {
      JsonNode json =
          JsonReader.parse(Base64.getUrlDecoder().decode(part.getBytes(StandardCharsets.US_ASCII)));
      return json.isObject() ? json : null;
    } catch (IllegalArgumentException | IOException e) {
      return null;
    }
  }

  private static @Nullable String faultOf(
      JsonNode claims, Authorizer.Jwt authorizer, long epochMillis) {
    long seconds = epochMillis / MILLIS_PER_SECOND;
    if (claims.path("exp").isNumber() && claims.path("exp").asLong() <= seconds) {
      return "the token has expired";
    }
    for (String name : List.of("nbf", "iat")) {
      if (claims.path(name).isNumber() && claims.path(name).asLong() > seconds) {
        return "the token is not valid yet";
      }
    }
    if (authorizer.issuer() != null && !authorizer.issuer().equals(claims.path("iss").asText())) {
      return "the issuer of the token is not allowed";
    }
    if (!authorizer.audience().isEmpty()) {
      List<String> audience = listOf(claims.path("aud"));
      if (audience.isEmpty()) {
        audience = listOf(claims.path("client_id"));
      }
      if (audience.stream().noneMatch(authorizer.audience()::contains)) {
        return "the token has no allowed audience";
      }
    }
    return null;
  }

  private static List<String> scopesOf(JsonNode claims) {
    List<String> scopes = new ArrayList<>();
    for (String name : List.of("scope", "scp")) {
      for (String text : listOf(claims.path(name))) {
        for (String scope : text.split(" ", -1)) {
          if (!scope.isEmpty()) {
            scopes.add(scope);
          }
        }
      }
    }
    return scopes;
  }

  private static List<String> listOf(JsonNode node) {
    List<String> texts = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(each -> texts.add(each.asText()));
    } else if (!JsonReader.isAbsent(node)) {
      texts.add(node.asText());
    }
    return texts;
  }

  private static Map<String, String> textsOf(JsonNode claims) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> claim : claims.properties()) {
      JsonNode value = claim.getValue();
      texts.put(
          claim.getKey(),
          value.isArray()
              ? "[" + String.join(" ", listOf(value)) + "]"
              : value.isObject() ? value.toString() : value.asText());
    }
    return texts;
  }
}
