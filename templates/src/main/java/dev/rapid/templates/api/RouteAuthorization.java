package dev.rapid.templates.api;

import dev.rapid.templates.document.Position;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.Properties;

/** Which authorizer a route of API Gateway has. */
final class RouteAuthorization {

  private RouteAuthorization() {}

  /** Reads {@code AuthorizationType}, {@code AuthorizerId} and {@code AuthorizationScopes}. */
  static void read(ConfiguredApi api, Properties properties, Section options) {
    String type = properties.text("AuthorizationType", "NONE");
    Position from = properties.position("AuthorizationType");
    String authorizer = properties.text("AuthorizerId");
    if (type.equals("AWS_IAM")) {
      options.put("authorizer", from, api.usable(ConfiguredApi.IAM, from));
    } else if (!type.equals("NONE") && authorizer != null) {
      if (api.hasAuthorizer(authorizer)) {
        options.put("authorizer", from, api.usable(authorizer, from));
      } else {
        properties.warn("AuthorizerId", SamAuthReader.unknown(authorizer, api) + "; it is ignored");
      }
    }
    options.putTexts(
        "scopes",
        properties.position("AuthorizationScopes"),
        properties.texts("AuthorizationScopes"));
  }
}
