package dev.rapid.gateway.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.request.ApiRequest;
import dev.rapid.gateway.request.ApiStage;
import dev.rapid.lambda.event.EventPayload;
import dev.rapid.lambda.event.EventPayload.BodyForm;
import dev.rapid.lambda.event.MediaTypes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The event of a REST API, and of an HTTP API in format 1.0, which is almost the same (contract
 * http-front-door, sections 2 and 3).
 */
public final class ProxyEvent {

  private final ApiRequest request;
  private final ApiStage stage;
  private final Authorization authorization;
  private final JsonGenerator json;

  private ProxyEvent(ApiRequest request, Authorization authorization, JsonGenerator json) {
    this.request = request;
    this.stage = request.stage();
    this.authorization = authorization;
    this.json = json;
  }

  /** Returns the payload of {@code request}, null if it would be over Lambda's limit. */
  public static @Nullable Payload of(ApiRequest request, Authorization authorization) {
    return EventPayload.of(json -> new ProxyEvent(request, authorization, json).write());
  }

  /**
   * Returns the payload for an authorizer of type {@code REQUEST} of a REST API (contract
   * http-front-door, section 8.3), null if it would be over Lambda's limit.
   */
  public static @Nullable Payload forRestAuthorizer(ApiRequest request) {
    return EventPayload.of(
        json -> new ProxyEvent(request, Authorization.NONE, json).writeForRestAuthorizer());
  }

  /**
   * Returns the payload in format 1.0 for an authorizer of an HTTP API (contract http-front-door,
   * section 8.5), null if it would be over Lambda's limit.
   *
   * @param identity the values of the identity sources
   */
  public static @Nullable Payload forHttpAuthorizer(ApiRequest request, List<String> identity) {
    return EventPayload.of(
        json -> new ProxyEvent(request, Authorization.NONE, json).writeForHttpAuthorizer(identity));
  }

  private void write() throws IOException {
    json.writeStartObject();
    if (!stage.isRest()) {
      json.writeStringField("version", "1.0");
    }
    writeTarget();
    writeHeaders(stage.isRest() ? EventHeaders.ofRest(request) : EventHeaders.ofHttp1(request));
    writeQuery();
    writePathParameters();
    writeStageVariables();
    writeContext();
    if (request.body().size() == 0) {
      json.writeNullField("body");
    }
    EventPayload.writeBody(json, request.body(), bodyForm());
    json.writeEndObject();
  }

  private void writeForRestAuthorizer() throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "REQUEST");
    json.writeStringField("methodArn", request.executeArn());
    writeTarget();
    writeHeaders(EventHeaders.ofRestAuthorizer(request));
    writeQuery();
    EventPayload.writeTexts(json, "pathParameters", request.pathParameters());
    writeStageVariables();
    writeContext();
    json.writeEndObject();
  }

  private void writeForHttpAuthorizer(List<String> identity) throws IOException {
    String source = String.join(",", identity);
    json.writeStartObject();
    json.writeStringField("version", "1.0");
    json.writeStringField("type", "REQUEST");
    json.writeStringField("methodArn", request.executeArn());
    json.writeStringField("identitySource", source);
    json.writeStringField("authorizationToken", source);
    writeTarget();
    EventJson.writeLast(json, "headers", EventHeaders.ofHttp1(request));
    EventJson.writeLast(json, "queryStringParameters", request.queryParameters());
    EventPayload.writeTexts(json, "pathParameters", request.pathParameters());
    EventPayload.writeTexts(json, "stageVariables", stage.api().stageVariables());
    writeContext();
    json.writeEndObject();
  }

  private void writeTarget() throws IOException {
    json.writeStringField("resource", request.route().path());
    json.writeStringField(
        "path", stage.isRest() ? request.path().inStage() : request.path().whole());
    json.writeStringField("httpMethod", request.http().method());
  }

  private void writeHeaders(Map<String, List<String>> headers) throws IOException {
    EventJson.writeLast(json, "headers", headers);
    EventJson.writeAll(json, "multiValueHeaders", headers);
  }

  private void writeQuery() throws IOException {
    Map<String, List<String>> query = request.queryParameters();
    if (query.isEmpty()) {
      json.writeNullField("queryStringParameters");
      json.writeNullField("multiValueQueryStringParameters");
    } else {
      EventJson.writeLast(json, "queryStringParameters", query);
      EventJson.writeAll(json, "multiValueQueryStringParameters", query);
    }
  }

  private void writePathParameters() throws IOException {
    writeTextsOrNull("pathParameters", request.pathParameters());
  }

  private void writeStageVariables() throws IOException {
    writeTextsOrNull("stageVariables", stage.api().stageVariables());
  }

  private void writeTextsOrNull(String name, Map<String, String> texts) throws IOException {
    if (texts.isEmpty()) {
      json.writeNullField(name);
    } else {
      EventPayload.writeTexts(json, name, texts);
    }
  }

  // ------------------------------------------------------------------ the context

  private void writeContext() throws IOException {
    json.writeObjectFieldStart("requestContext");
    json.writeStringField("accountId", stage.accountId());
    json.writeStringField("apiId", stage.api().id());
    writeAuthorizer();
    if (stage.isRest()) {
      json.writeStringField("deploymentId", ResourceIds.ofDeployment(stage.api().id()));
    }
    json.writeStringField("domainName", request.domainName());
    json.writeStringField("domainPrefix", stage.api().id());
    json.writeStringField("extendedRequestId", request.ids().extended());
    json.writeStringField("httpMethod", request.http().method());
    writeIdentity();
    String operation = request.route().operationName();
    if (stage.isRest() && operation != null) {
      json.writeStringField("operationName", operation);
    }
    json.writeStringField(
        "path", stage.isRest() ? request.path().whole() : request.path().decoded());
    json.writeStringField("protocol", "HTTP/1.1");
    json.writeStringField("requestId", request.ids().requestId());
    json.writeStringField("requestTime", EventPayload.timeOf(request.epochMillis()));
    json.writeNumberField("requestTimeEpoch", request.epochMillis());
    json.writeStringField(
        "resourceId",
        stage.isRest() ? ResourceIds.ofPath(request.route().path()) : request.route().key());
    json.writeStringField("resourcePath", request.route().path());
    json.writeStringField("stage", stage.api().stage());
    json.writeEndObject();
  }

  private void writeIdentity() throws IOException {
    String userAgent = request.http().header("user-agent");
    Map<String, @Nullable String> identity = new TreeMap<>();
    for (String name :
        List.of(
            "accessKey",
            "accountId",
            "caller",
            "cognitoAuthenticationProvider",
            "cognitoAuthenticationType",
            "cognitoIdentityId",
            "cognitoIdentityPoolId",
            "principalOrgId",
            "user",
            "userArn")) {
      identity.put(name, null);
    }
    identity.put("sourceIp", request.sourceIp());
    identity.put("userAgent", userAgent == null && !stage.isRest() ? "" : userAgent);
    if (!stage.isRest()) {
      identity.put("cognitoAmr", null);
    }
    if (authorization instanceof Authorization.OfSignature(var accessKey)) {
      identity.put("accessKey", accessKey);
      identity.put("accountId", stage.accountId());
      identity.put("caller", accessKey);
      identity.put("user", accessKey);
      identity.put("userArn", ResourceIds.userArn(stage, accessKey));
    }
    String apiKey = apiKey();
    if (apiKey != null) {
      identity.put("apiKey", apiKey);
      identity.put("apiKeyId", ResourceIds.ofPath(apiKey));
    }
    json.writeObjectFieldStart("identity");
    for (Map.Entry<String, @Nullable String> each : identity.entrySet()) {
      json.writeStringField(each.getKey(), each.getValue());
    }
    json.writeEndObject();
  }

  private @Nullable String apiKey() {
    if (!stage.isRest() || !request.route().apiKeyRequired()) {
      return null;
    }
    return authorization instanceof Authorization.OfFunction function
            && function.usageIdentifierKey() != null
        ? function.usageIdentifierKey()
        : request.http().header("x-api-key");
  }

  private void writeAuthorizer() throws IOException {
    switch (authorization) {
      case Authorization.OfFunction function -> {
        json.writeObjectFieldStart("authorizer");
        if (function.principalId() != null) {
          json.writeStringField("principalId", function.principalId());
        }
        for (Map.Entry<String, JsonNode> each : function.context().properties()) {
          json.writeFieldName(each.getKey());
          if (stage.isRest() && each.getValue().isValueNode() && !each.getValue().isNull()) {
            json.writeString(each.getValue().asText());
          } else {
            EventJson.writeTree(json, each.getValue());
          }
        }
        json.writeEndObject();
      }
      case Authorization.OfToken token -> {
        json.writeObjectFieldStart("authorizer");
        HttpEvent.writeToken(json, token);
        json.writeEndObject();
      }
      case Authorization.OfSignature signature -> {}
      case Authorization.None none -> {}
    }
  }

  // ------------------------------------------------------------------ the body

  private BodyForm bodyForm() {
    String type = request.http().header("content-type");
    if (!stage.isRest()) {
      return MediaTypes.isText(type) ? BodyForm.TEXT_OR_BASE64 : BodyForm.BASE64;
    }
    return BinaryTypes.match(stage.api().binaryMediaTypes(), type)
        ? BodyForm.BASE64
        : BodyForm.TEXT;
  }
}
