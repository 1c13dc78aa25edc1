package dev.rapid.templates.api;

import dev.rapid.templates.document.Position;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.FunctionTarget;
import dev.rapid.templates.stack.Functions;
import dev.rapid.templates.stack.Properties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds an authorizer to an API, whatever the form in which a template describes it. */
final class AuthorizerEntry {

  private static final String SIMPLE_FORMAT = "2.0";

  private final ConfiguredApi api;
  private final Functions functions;
  private final Properties authorizer;
  private final Position from;

  /**
   * Begins an authorizer.
   *
   * @param authorizer its description
   */
  AuthorizerEntry(ConfiguredApi api, Functions functions, Properties authorizer) {
    this.api = api;
    this.functions = functions;
    this.authorizer = authorizer;
    this.from = authorizer.node().position();
  }

  /**
   * Adds one that reads JSON Web Tokens.
   *
   * @param issuer null or empty for any
   */
  void jwt(String name, List<String> sources, @Nullable String issuer, List<String> audience) {
    Section section = new Section(from).put("type", from, "jwt");
    section.putTexts("identity-sources", from, sources);
    if (issuer != null && !issuer.isEmpty()) {
      section.put("issuer", from, issuer);
    }
    section.putTexts("audience", from, audience);
    api.addAuthorizer(name, section);
  }

  /**
   * Adds one that is a function. If the function is not here, the routes are open.
   *
   * @param type {@code token} or {@code request}
   * @param property what names the function
   * @param format the payload format version, null if it is not given
   * @param ttl how long answers are remembered, in seconds, null for the usual time
   */
  void function(
      String name,
      String type,
      String property,
      List<String> sources,
      @Nullable String format,
      boolean simpleResponses,
      @Nullable String validation,
      @Nullable Long ttl) {
    FunctionTarget target = functions.find(authorizer.get(property));
    if (target == null) {
      authorizer.warn(
          property,
          "is no function of this template, so the authorizer cannot be used; its routes are open");
      api.addUnusableAuthorizer(name);
      return;
    }
    Section section =
        new Section(from)
            .put("type", from, type)
            .put("function", authorizer.position(property), functions.text(target));
    if (api.type() == ApiType.HTTP) {
      section.put("payload", from, format == null ? SIMPLE_FORMAT : format);
      if (simpleResponses) {
        section.put("simple-responses", from, true);
      }
    }
    section.putTexts("identity-sources", from, sources);
    if (validation != null && type.equals("token")) {
      section.put("identity-validation", from, validation);
    }
    if (ttl != null) {
      section.put("ttl", from, ttl);
    }
    api.addAuthorizer(name, section);
  }
}
