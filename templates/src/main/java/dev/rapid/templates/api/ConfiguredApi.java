package dev.rapid.templates.api;

import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.FunctionTarget;
import dev.rapid.templates.stack.Functions;
import dev.rapid.templates.stack.Stack;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An API as it becomes an entry of {@code apis}. Several resources and events describe it. */
final class ConfiguredApi {

  /** The authorizer of a route that everybody may call. */
  static final String NO_AUTHORIZER = "none";

  /** The authorizer that takes any signature. */
  static final String IAM = "AWS_IAM";

  private final Stack stack;
  private final String id;
  private final ApiType type;
  private final Section settings;
  private final Section authorizers;
  private final Set<String> unusable = new HashSet<>();
  private final SequencedMap<String, Route> routes = new LinkedHashMap<>();
  private @Nullable String defaultAuthorizer;

  ConfiguredApi(Stack stack, String id, ApiType type, Position origin) {
    this.stack = stack;
    this.id = id;
    this.type = type;
    this.settings = new Section(origin).put("type", origin, type.word());
    this.authorizers = new Section(origin);
  }

  /**
   * A route.
   *
   * @param from what it stands for
   * @param target what is invoked
   * @param options the other members of its entry
   */
  record Route(Position from, FunctionTarget target, Section options) {}

  Stack stack() {
    return stack;
  }

  String id() {
    return id;
  }

  ApiType type() {
    return type;
  }

  /** Returns the options of the API, except authorizers and routes. */
  Section settings() {
    return settings;
  }

  // ------------------------------------------------------------------ authorizers

  /** Adds an authorizer. */
  void addAuthorizer(String name, Section authorizer) {
    authorizers.put(name, authorizer);
  }

  /** Adds an authorizer that cannot be used here: its routes are open. */
  void addUnusableAuthorizer(String name) {
    unusable.add(name);
  }

  /** Returns whether there is an authorizer with this name, also if it cannot be used. */
  boolean hasAuthorizer(String name) {
    return authorizers.has(name) || unusable.contains(name);
  }

  /** Returns the names of the authorizers. */
  Set<String> authorizerNames() {
    return authorizers.node().entries().keySet();
  }

  /** Sets the authorizer of the routes that name none. */
  void setDefaultAuthorizer(Position from, String name) {
    defaultAuthorizer = name;
    if (!unusable.contains(name)) {
      settings.put("default-authorizer", from, usable(name, from));
    }
  }

  boolean hasDefaultAuthorizer() {
    return defaultAuthorizer != null;
  }

  /** Returns the name of an authorizer for a route. Signatures of AWS need no declaration. */
  String usable(String name, Position from) {
    if (name.equals(IAM) && !authorizers.has(IAM)) {
      authorizers.put(IAM, new Section(from).put("type", from, "iam"));
    }
    return unusable.contains(name) ? NO_AUTHORIZER : name;
  }

  // ------------------------------------------------------------------ routes

  /** Returns the route with a key such as {@code GET /hello}, null if there is none. */
  @Nullable Route route(String key) {
    return routes.get(key);
  }

  /** Adds a route. */
  void addRoute(String key, Route route) {
    routes.put(key, route);
  }

  /** Returns the keys of the routes. */
  Set<String> routeKeys() {
    return routes.keySet();
  }

  /** Returns the entry. */
  Section entry(Functions functions) {
    settings.put("authorizers", authorizers);
    List<Node> all =
        routes.entrySet().stream()
            .map(each -> node(each.getKey(), each.getValue(), functions))
            .toList();
    settings.put("routes", settings.origin(), all);
    return settings;
  }

  private static Node node(String key, Route route, Functions functions) {
    Section section =
        new Section(route.from())
            .put("route", route.from(), key)
            .put("function", route.from(), functions.text(route.target()));
    route
        .options()
        .node()
        .entries()
        .forEach((name, entry) -> section.put(name, entry.key(), entry.value()));
    return section.node();
  }
}
