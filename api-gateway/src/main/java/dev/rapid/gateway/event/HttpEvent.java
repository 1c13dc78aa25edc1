package dev.rapid.gateway.event;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.request.ApiRequest;
import dev.rapid.gateway.request.ApiStage;
import dev.rapid.lambda.event.EventPayload;
import dev.rapid.lambda.event.EventPayload.BodyForm;
import dev.rapid.lambda.event.MediaTypes;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The event of an HTTP API in format 2.0 (contract http-front-door, section 4). */
public final class HttpEvent {

  private final ApiRequest request;
  private final ApiStage stage;
  private final Authorization authorization;
  private final JsonGenerator json;

  private HttpEvent(ApiRequest request, Authorization authorization, JsonGenerator json) {
    this.request = request;
    this.stage = request.stage();
    this.authorization = authorization;
    this.json = json;
  }

  /** Returns the payload of {@code request}, null if it would be over Lambda's limit. */
  public static @Nullable Payload of(ApiRequest request, Authorization authorization) {
    return EventPayload.of(json -> new HttpEvent(request, authorization, json).write());
  }

  /**
   * Returns the payload for an authorizer (contract http-front-door, section 8.5), null if it would
   * be over Lambda's limit.
   *
   * @param identity the values of the identity sources
   */
  public static @Nullable Payload forAuthorizer(ApiRequest request, List<String> identity) {
    return EventPayload.of(
        json -> new HttpEvent(request, Authorization.NONE, json).writeForAuthorizer(identity));
  }

  private void write() throws IOException {
    json.writeStartObject();
    json.writeStringField("version", "2.0");
    writeRequest();
    EventPayload.writeBody(
        json,
        request.body(),
        MediaTypes.isText(request.http().header("content-type"))
            ? BodyForm.TEXT_OR_BASE64
            : BodyForm.BASE64);
    json.writeEndObject();
  }

  private void writeForAuthorizer(List<String> identity) throws IOException {
    json.writeStartObject();
    json.writeStringField("version", "2.0");
    json.writeStringField("type", "REQUEST");
    json.writeStringField("routeArn", request.executeArn());
    EventJson.writeStrings(json, "identitySource", identity);
    writeRequest();
    json.writeEndObject();
  }

  private void writeRequest() throws IOException {
    json.writeStringField("routeKey", request.route().key());
    json.writeStringField("rawPath", request.path().decoded());
    json.writeStringField("rawQueryString", request.http().rawQuery());
    List<String> cookies = request.http().cookies();
    if (!cookies.isEmpty()) {
      EventJson.writeStrings(json, "cookies", cookies);
    }
    EventPayload.writeTexts(json, "headers", EventHeaders.ofHttp2(request));
    Map<String, String> query = new LinkedHashMap<>();
    request.queryParameters().forEach((name, values) -> query.put(name, String.join(",", values)));
    writeTexts("queryStringParameters", query);
    writeTexts("pathParameters", request.pathParameters());
    writeTexts("stageVariables", stage.api().stageVariables());
    writeContext();
  }

  private void writeTexts(String name, Map<String, String> texts) throws IOException {
    if (!texts.isEmpty()) {
      EventPayload.writeTexts(json, name, texts);
    }
  }

  private void writeContext() throws IOException {
    json.writeObjectFieldStart("requestContext");
    json.writeStringField("accountId", stage.accountId());
    json.writeStringField("apiId", stage.api().id());
    writeAuthorizer();
    json.writeStringField("domainName", request.domainName());
    json.writeStringField("domainPrefix", stage.api().id());
    json.writeObjectFieldStart("http");
    json.writeStringField("method", request.http().method());
    json.writeStringField("path", request.path().decoded());
    json.writeStringField("protocol", "HTTP/1.1");
    json.writeStringField("sourceIp", request.sourceIp());
    json.writeStringField("userAgent", request.header("user-agent"));
    json.writeEndObject();
    json.writeStringField("requestId", request.ids().requestId());
    json.writeStringField("routeKey", request.route().key());
    json.writeStringField("stage", stage.api().stage());
    json.writeStringField("time", EventPayload.timeOf(request.epochMillis()));
    json.writeNumberField("timeEpoch", request.epochMillis());
    json.writeEndObject();
  }

  private void writeAuthorizer() throws IOException {
    switch (authorization) {
      case Authorization.OfFunction function -> {
        json.writeObjectFieldStart("authorizer");
        json.writeFieldName("lambda");
        if (function.context().isObject()) {
          EventJson.writeTree(json, function.context());
        } else {
          json.writeNull();
        }
        json.writeEndObject();
      }
      case Authorization.OfToken token -> {
        json.writeObjectFieldStart("authorizer");
        json.writeObjectFieldStart("jwt");
        writeToken(json, token);
        json.writeEndObject();
        json.writeEndObject();
      }
      case Authorization.OfSignature(var accessKey) -> {
        json.writeObjectFieldStart("authorizer");
        json.writeObjectFieldStart("iam");
        json.writeStringField("accessKey", accessKey);
        json.writeStringField("accountId", stage.accountId());
        json.writeStringField("callerId", accessKey);
        json.writeNullField("cognitoIdentity");
        json.writeNullField("principalOrgId");
        json.writeStringField("userArn", ResourceIds.userArn(stage, accessKey));
        json.writeStringField("userId", accessKey);
        json.writeEndObject();
        json.writeEndObject();
      }
      case Authorization.None none -> {}
    }
  }

  /** Writes the members {@code claims} and {@code scopes}. */
  static void writeToken(JsonGenerator json, Authorization.OfToken token) throws IOException {
    EventPayload.writeTexts(json, "claims", token.claims());
    List<String> scopes = token.scopes();
    if (scopes == null) {
      json.writeNullField("scopes");
    } else {
      EventJson.writeStrings(json, "scopes", scopes);
    }
  }
}
