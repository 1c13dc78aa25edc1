package dev.rapid.templates.api;

import dev.rapid.templates.document.Position;
import dev.rapid.templates.stack.Stack;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The APIs of all stacks by their logical ids. */
final class ApiTable {

  private record Key(Stack stack, String id) {}

  private final SequencedMap<Key, ConfiguredApi> apis = new LinkedHashMap<>();
  private final Set<ConfiguredApi> defined = new HashSet<>();
  private final Set<ConfiguredApi> withApiKeys = new HashSet<>();
  private final Set<ConfiguredApi> withSignatures = new HashSet<>();
  private final Consumer<ConfiguredApi> implicitApiReader;

  /**
   * Creates a table without APIs.
   *
   * @param implicitApiReader reads what {@code Globals} say of an API that nothing declares
   */
  ApiTable(Consumer<ConfiguredApi> implicitApiReader) {
    this.implicitApiReader = implicitApiReader;
  }

  /** Adds an API without routes. */
  ConfiguredApi add(Stack stack, String id, ApiType type, Position origin) {
    ConfiguredApi api = new ConfiguredApi(stack, id, type, origin);
    apis.put(new Key(stack, id), api);
    return api;
  }

  /** Returns the API of events of this stack that name none. */
  ConfiguredApi implicit(Stack stack, ApiType type) {
    ConfiguredApi api = apis.get(new Key(stack, type.implicitId()));
    if (api == null) {
      api = new ConfiguredApi(stack, type.implicitId(), type, stack.position());
      // Its routes win over those of APIs with a document of their own, which come later.
      apis.putFirst(new Key(stack, type.implicitId()), api);
      implicitApiReader.accept(api);
    }
    return api;
  }

  /**
   * Returns the API with this id: of this stack, or else of another one that gave it to this one.
   */
  @Nullable ConfiguredApi find(Stack stack, String id) {
    ConfiguredApi own = apis.get(new Key(stack, id));
    if (own != null) {
      return own;
    }
    return apis.values().stream().filter(api -> api.id().equals(id)).findFirst().orElse(null);
  }

  /** Returns all APIs. */
  Collection<ConfiguredApi> all() {
    return apis.values();
  }

  /** Returns the name of an API, which no other one has. */
  String name(ConfiguredApi api) {
    List<ConfiguredApi> sharing = new ArrayList<>();
    for (ConfiguredApi other : apis.values()) {
      if (other.id().equals(api.id())) {
        sharing.add(other);
      }
    }
    String stack = api.stack().path();
    return sharing.size() == 1 || stack.isEmpty() ? api.id() : stack + "/" + api.id();
  }

  /** Says that a document describes the routes of an API. */
  void define(ConfiguredApi api) {
    defined.add(api);
  }

  /** Returns whether a document describes the routes of an API. */
  boolean isDefined(ConfiguredApi api) {
    return defined.contains(api);
  }

  /** Says that each route of an API needs a key. */
  void needApiKeys(ConfiguredApi api) {
    withApiKeys.add(api);
  }

  /** Returns whether each route of an API needs a key. */
  boolean needsApiKeys(ConfiguredApi api) {
    return withApiKeys.contains(api);
  }

  /** Says that routes of an HTTP API may take signatures of AWS. */
  void takeSignatures(ConfiguredApi api) {
    withSignatures.add(api);
  }

  /** Returns whether routes of an HTTP API may take signatures of AWS. */
  boolean takesSignatures(ConfiguredApi api) {
    return withSignatures.contains(api);
  }
}
