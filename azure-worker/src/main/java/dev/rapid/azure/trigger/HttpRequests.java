package dev.rapid.azure.trigger;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.rapid.azure.event.HttpTriggerRequest;
import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.event.JsonText;
import dev.rapid.azure.protocol.NullableString;
import dev.rapid.azure.protocol.RpcClaim;
import dev.rapid.azure.protocol.RpcClaimsIdentity;
import dev.rapid.azure.protocol.RpcHttp;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** HTTP requests as workers get them (contract azure-functions-worker, section 7.3). */
final class HttpRequests {

  private HttpRequests() {}

  /** Returns a request in the form that a worker can read. */
  static RpcHttp of(HttpTriggerRequest request, WorkerFeatures features) {
    RpcHttp.Builder http = RpcHttp.newBuilder().setMethod(request.method()).setUrl(request.url());
    if (features.takesNullableValues()) {
      http.putAllNullableHeaders(nullable(request.headers()))
          .putAllNullableQuery(nullable(request.query()))
          .putAllNullableParams(nullable(request.routeParameters()));
    } else {
      http.putAllHeaders(
              features.ignoresEmptyHeaders() ? filled(request.headers()) : request.headers())
          .putAllQuery(filled(request.query()))
          .putAllParams(request.routeParameters());
    }
    ByteBuffer body = request.body();
    if (body != null) {
      addBody(http, body, request, features);
    }
    if (!request.claims().isEmpty()) {
      http.addIdentities(identity(request));
    }
    return http.build();
  }

  /**
   * Returns what the real host tells of a request beside it (contract azure-functions-worker,
   * section 7.6).
   */
  static Map<String, TypedData> metadata(
      String trigger, RpcHttp http, HttpTriggerRequest request, WorkerFeatures features) {
    Map<String, TypedData> metadata = new LinkedHashMap<>();
    request.routeParameters().forEach((name, value) -> metadata.put(name, Values.text(value)));
    metadata.put("Query", Values.json(object(request.query())));
    metadata.put("Headers", Values.json(object(request.headers())));
    if (!features.takesNoRequestAsMetadata()) {
      metadata.put(trigger, TypedData.newBuilder().setHttp(http).build());
    }
    return metadata;
  }

  private static String object(Map<String, String> texts) {
    return new JsonObject(JsonEscapes.REQUIRED).putAll(texts).toString();
  }

  private static void addBody(
      RpcHttp.Builder http, ByteBuffer body, HttpTriggerRequest request, WorkerFeatures features) {
    String type = request.mediaType();
    boolean binary =
        features.takesBodyAsBytes()
            || type.equals("application/octet-stream")
            || type.startsWith("multipart/");
    TypedData raw = binary ? Values.bytes(body) : textOrBytes(body);
    if (features.takesBodyOnly()) {
      http.setBody(raw);
    } else {
      http.setBody(request.isJson() ? jsonOr(raw, body) : raw).setRawBody(raw);
    }
  }

  /** Text would lose bytes that are not UTF-8. */
  private static TypedData textOrBytes(ByteBuffer body) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(body);
    return bytes.isValidUtf8()
        ? TypedData.newBuilder().setStringBytes(bytes).build()
        : TypedData.newBuilder().setBytes(bytes).build();
  }

  private static TypedData jsonOr(TypedData other, ByteBuffer body) {
    byte[] bytes = new byte[body.remaining()];
    body.duplicate().get(bytes);
    try {
      return Values.json(JsonText.parse(bytes));
    } catch (InvalidPayloadException e) {
      return other;
    }
  }

  private static RpcClaimsIdentity identity(HttpTriggerRequest request) {
    RpcClaimsIdentity.Builder identity =
        RpcClaimsIdentity.newBuilder()
            .setAuthenticationType(nullable("jwt"))
            .setNameClaimType(nullable("name"))
            .setRoleClaimType(nullable("roles"));
    request
        .claims()
        .forEach(each ->
            identity.addClaims(RpcClaim.newBuilder().setType(each.type()).setValue(each.value())));
    return identity.build();
  }

  private static Map<String, String> filled(Map<String, String> texts) {
    Map<String, String> filled = new LinkedHashMap<>(texts);
    filled.values().removeIf(String::isEmpty);
    return filled;
  }

  private static Map<String, NullableString> nullable(Map<String, String> texts) {
    Map<String, NullableString> values = HashMap.newHashMap(texts.size());
    texts.forEach((name, value) -> values.put(name, nullable(value)));
    return values;
  }

  private static NullableString nullable(String text) {
    return NullableString.newBuilder().setValue(text).build();
  }
}
