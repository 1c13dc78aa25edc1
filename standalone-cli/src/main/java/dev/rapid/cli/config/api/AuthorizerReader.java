package dev.rapid.cli.config.api;

import dev.rapid.cli.config.value.Fields;
import dev.rapid.cli.config.value.Value;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.gateway.api.Authorizer;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.api.RequestValue;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Reads one authorizer of an API. */
final class AuthorizerReader {

  private static final String AUTHORIZATION = "Authorization";

  private final Functions functions;
  private final ApiType api;
  private final Fields fields;

  private AuthorizerReader(Functions functions, ApiType api, Fields fields) {
    this.functions = functions;
    this.api = api;
    this.fields = fields;
  }

  /** Returns an authorizer of an API of this type. */
  static Authorizer read(Functions functions, ApiType api, String name, Value value) {
    Fields fields = Fields.of("authorizer '" + name + "'", value);
    AuthorizerReader reader = new AuthorizerReader(functions, api, fields);
    try {
      return reader.read(fields.needed("type"));
    } catch (IllegalArgumentException e) {
      throw Fields.fault(fields.place(), "authorizer '" + name + "' " + e.getMessage());
    }
  }

  private Authorizer read(String type) {
    Authorizer authorizer =
        switch (type) {
          case "request" -> request();
          case "token" -> token();
          case "jwt" -> jwt();
          case "iam" -> new Authorizer.Iam();
          default ->
              throw fields.wrong(
                  "type", "'type': '" + type + "' is not request, token, jwt or iam");
        };
    fields.end();
    return authorizer;
  }

  private Authorizer request() {
    PayloadFormat usual = api == ApiType.HTTP ? PayloadFormat.V2 : PayloadFormat.V1;
    return new Authorizer.Request(
        function(),
        Objects.requireNonNullElse(fields.checked("payload", PayloadFormat::of), usual),
        Boolean.TRUE.equals(fields.truth("simple-responses")),
        sources(),
        ttl());
  }

  private Authorizer token() {
    List<RequestValue> sources = sources();
    if (sources.size() > 1) {
      throw fields.wrong("identity-sources", "an authorizer of type token has one identity source");
    }
    return new Authorizer.Token(
        function(),
        sources.isEmpty() ? AUTHORIZATION : sources.getFirst().name(),
        fields.text("identity-validation"),
        ttl());
  }

  private Authorizer jwt() {
    List<RequestValue> sources = sources();
    return new Authorizer.Jwt(
        sources.isEmpty() ? RequestValue.header(AUTHORIZATION) : sources.getFirst(),
        fields.text("issuer"),
        fields.texts("audience"));
  }

  private FunctionTarget function() {
    return functions.target(fields, "function");
  }

  private List<RequestValue> sources() {
    return fields.list("identity-sources", RequestValue::parse);
  }

  /** HTTP APIs remember nothing unless they say so (contract http-front-door, section 8). */
  private Duration ttl() {
    Duration chosen = fields.checked("ttl", Checks::seconds);
    Duration usual = api == ApiType.HTTP ? Duration.ZERO : Authorizer.REST_TTL;
    return chosen == null ? usual : chosen;
  }
}
