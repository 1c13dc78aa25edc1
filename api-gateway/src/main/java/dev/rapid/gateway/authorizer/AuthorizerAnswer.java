package dev.rapid.gateway.authorizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.answer.GatewayError;
import dev.rapid.gateway.event.Authorization;
import dev.rapid.gateway.request.ApiRequest;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What an authorizer function answered; it is evaluated anew for each request (contract
 * http-front-door, sections 8.4 and 8.5).
 *
 * @param simple whether the request is allowed, in the simple form; null in the form of a policy
 * @param policy null in the simple form
 */
record AuthorizerAnswer(
    @Nullable Boolean simple, @Nullable Policy policy, Authorization.OfFunction authorization) {

  /** Thrown if an answer is malformed. The message is for the log. */
  static final class MalformedException extends Exception {

    private static final long serialVersionUID = 1;

    MalformedException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Reads an answer.
   *
   * @param simple whether the simple form is expected
   * @param anyContext whether values of the context may be objects and arrays
   */
  static AuthorizerAnswer parse(Payload result, boolean simple, boolean anyContext)
      throws MalformedException {
    JsonNode answer;
    try {
      answer = JsonReader.parse(result.toByteArray());
    } catch (IOException e) {
      throw new MalformedException("the answer is not JSON: " + e.getMessage());
    }
    if (!answer.isObject()) {
      throw new MalformedException("the answer is not an object");
    }
    JsonNode context = answer.path("context");
    if (!JsonReader.isAbsent(context) && !context.isObject()) {
      throw new MalformedException("context is not an object");
    }
    if (!anyContext) {
      for (var value : context.properties()) {
        if (value.getValue().isContainerNode()) {
          throw new MalformedException(
              "context has the member " + value.getKey() + ", which is an object or an array");
        }
      }
    }
    return simple ? simple(answer, context) : policy(answer, context);
  }

  private static AuthorizerAnswer simple(JsonNode answer, JsonNode context)
      throws MalformedException {
    JsonNode authorized = answer.path("isAuthorized");
    if (!authorized.isBoolean()) {
      throw new MalformedException("isAuthorized is not a boolean");
    }
    return new AuthorizerAnswer(
        authorized.booleanValue(), null, new Authorization.OfFunction(null, context, null));
  }

  private static AuthorizerAnswer policy(JsonNode answer, JsonNode context)
      throws MalformedException {
    JsonNode principal = answer.path("principalId");
    if (!principal.isValueNode() || principal.asText().isEmpty() || principal.isNull()) {
      throw new MalformedException("there is no principalId");
    }
    JsonNode document = answer.path("policyDocument");
    if (!document.isObject()) {
      throw new MalformedException("there is no policyDocument");
    }
    JsonNode key = answer.path("usageIdentifierKey");
    return new AuthorizerAnswer(
        null,
        new Policy(document),
        new Authorization.OfFunction(
            principal.asText(), context, key.isTextual() ? key.textValue() : null));
  }

  /** Decides about one request. */
  Decision decide(ApiRequest request) {
    if (policy == null) {
      return Boolean.TRUE.equals(simple)
          ? new Decision.Allowed(authorization)
          : new Decision.Refused(GatewayError.NO_SCOPE);
    }
    GatewayError refusal = policy.refusalOf(request.executeArn(), request.sourceIp());
    return refusal == null ? new Decision.Allowed(authorization) : new Decision.Refused(refusal);
  }
}
