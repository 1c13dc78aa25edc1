package dev.rapid.gateway.event;

import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.request.ApiRequest;
import dev.rapid.lambda.event.EventPayload;
import org.jspecify.annotations.Nullable;

/** The event of an authorizer of type {@code TOKEN} (contract http-front-door, section 8.2). */
public final class TokenEvent {

  private TokenEvent() {}

  /** Returns the payload, null if it would be over Lambda's limit. */
  public static @Nullable Payload of(ApiRequest request, String token) {
    return EventPayload.of(json -> {
      json.writeStartObject();
      json.writeStringField("type", "TOKEN");
      json.writeStringField("authorizationToken", token);
      json.writeStringField("methodArn", request.executeArn());
      json.writeEndObject();
    });
  }
}
