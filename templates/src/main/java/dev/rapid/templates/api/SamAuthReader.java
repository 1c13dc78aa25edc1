package dev.rapid.templates.api;

import dev.rapid.templates.stack.Functions;
import dev.rapid.templates.stack.Properties;
import java.util.ArrayList;
import java.util.List;

/** Reads the property {@code Auth} of APIs of SAM (contract http-front-door, section 10.2). */
final class SamAuthReader {

  private final ConfiguredApi api;
  private final Functions functions;

  private SamAuthReader(ConfiguredApi api, Functions functions) {
    this.api = api;
    this.functions = functions;
  }

  /** Reads authorizers and the default one into an API. */
  static void read(ConfiguredApi api, Properties auth, Functions functions) {
    SamAuthReader reader = new SamAuthReader(api, functions);
    auth.map("Authorizers").forEachMap(reader::readAuthorizer);
    String usual = auth.text("DefaultAuthorizer");
    if (usual == null) {
      return;
    }
    if (!usual.equals(ConfiguredApi.IAM) && !api.hasAuthorizer(usual)) {
      auth.error("DefaultAuthorizer", unknown(usual, api));
      return;
    }
    api.setDefaultAuthorizer(auth.position("DefaultAuthorizer"), usual);
    if (!auth.is("AddDefaultAuthorizerToCorsPreflight", true)) {
      api.settings()
          .put(
              "preflights-authorized", auth.position("AddDefaultAuthorizerToCorsPreflight"), false);
    }
  }

  /** Says that there is no authorizer with this name. */
  static String unknown(String name, ConfiguredApi api) {
    return "is '"
        + name
        + "', and API '"
        + api.id()
        + "' has "
        + (api.authorizerNames().isEmpty()
            ? "no authorizers"
            : "the authorizers " + String.join(", ", api.authorizerNames()));
  }

  private void readAuthorizer(String name, Properties authorizer) {
    AuthorizerEntry entry = new AuthorizerEntry(api, functions, authorizer);
    Properties identity = authorizer.map("Identity");
    if (authorizer.has("JwtConfiguration")) {
      Properties jwt = authorizer.map("JwtConfiguration");
      entry.jwt(
          name,
          authorizer.texts("IdentitySource"),
          jwt.text("issuer", jwt.text("Issuer", "")),
          jwt.texts(jwt.has("audience") ? "audience" : "Audience"));
    } else if (authorizer.node().get("UserPoolArn") != null) {
      String header = identity.text("Header", "Authorization");
      entry.jwt(name, List.of(header(header)), null, List.of());
    } else {
      readFunction(name, authorizer, identity, entry);
    }
  }

  private void readFunction(
      String name, Properties authorizer, Properties identity, AuthorizerEntry entry) {
    boolean rest = api.type() == ApiType.REST;
    boolean token = rest && !"REQUEST".equals(authorizer.text("FunctionPayloadType"));
    String format = authorizer.oneOf("AuthorizerPayloadFormatVersion", List.of("1.0", "2.0"));
    if (!rest && format == null) {
      authorizer.warn(
          "AuthorizerPayloadFormatVersion", "is missing, which the cloud refuses; 2.0 is used");
    }
    if (!rest && authorizer.is("EnableSimpleResponses") && "1.0".equals(format)) {
      authorizer.error(
          "EnableSimpleResponses", "needs the AuthorizerPayloadFormatVersion 2.0, and it is 1.0");
    }
    entry.function(
        name,
        token ? "token" : "request",
        "FunctionArn",
        token ? List.of(header(identity.text("Header", "Authorization"))) : sources(identity),
        format,
        authorizer.is("EnableSimpleResponses"),
        identity.text("ValidationExpression"),
        identity.number("ReauthorizeEvery"));
  }

  private List<String> sources(Properties identity) {
    List<String> sources = new ArrayList<>();
    identity.texts("Headers").forEach(each -> sources.add(header(each)));
    String request = api.type().requestPrefix();
    identity.texts("QueryStrings").forEach(each -> sources.add(request + "querystring." + each));
    String context = api.type().contextPrefix();
    identity
        .texts("StageVariables")
        .forEach(each -> sources.add(context + "stageVariables." + each));
    identity.texts("Context").forEach(each -> sources.add(context + "context." + each));
    boolean usual = sources.isEmpty() && api.type() == ApiType.HTTP;
    return usual ? List.of(header("Authorization")) : sources;
  }

  private String header(String name) {
    return api.type().requestPrefix() + "header." + name;
  }
}
