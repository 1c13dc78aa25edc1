package dev.rapid.templates.stack;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** A resource of a stack. Its properties are resolved when they are asked for the first time. */
public final class Resource {

  private final Stack stack;
  private final String id;
  private final String type;
  private final Position position;
  private final MapNode definition;
  private @Nullable Properties properties;

  Resource(Stack stack, String id, String type, Position position, MapNode definition) {
    this.stack = stack;
    this.id = id;
    this.type = type;
    this.position = position;
    this.definition = definition;
  }

  /** Returns the stack that it belongs to. */
  public Stack stack() {
    return stack;
  }

  /** Returns the logical id. */
  public String id() {
    return id;
  }

  /** Returns the type, for example {@code AWS::Serverless::Function}. */
  public String type() {
    return type;
  }

  /** Returns whether it is of this type. */
  public boolean is(String other) {
    return type.equals(other);
  }

  /** Returns where its logical id is. */
  public Position position() {
    return position;
  }

  /** Returns {@code STACK/ID}, or the logical id alone in the only template. */
  public String path() {
    return stack.path().isEmpty() ? id : stack.path() + "/" + id;
  }

  /** Returns the resolved properties. */
  public Properties properties() {
    if (properties == null) {
      properties = new Properties(id, resolved("Properties"), stack.problems());
    }
    return properties;
  }

  /**
   * Returns one property, resolved by itself, null if it is absent. For values that others refer
   * to, whose own references may lead back.
   */
  public @Nullable Node property(String name) {
    Node value = definition.get("Properties") instanceof MapNode all ? all.get(name) : null;
    return value == null ? null : stack.resolve(name, value);
  }

  /** Returns one property as text, null if it is absent, empty or no text. */
  public @Nullable String propertyText(String name) {
    return property(name) instanceof ScalarNode scalar && !scalar.asText().isEmpty()
        ? scalar.asText()
        : null;
  }

  /** Returns one property as it is written, null if it is absent. */
  public @Nullable Node written(String name) {
    return definition.get("Properties") instanceof MapNode all ? all.get(name) : null;
  }

  /** Returns a member of its metadata as text, null if it is absent. */
  public @Nullable String metadata(String name) {
    return definition.get("Metadata") instanceof MapNode metadata
            && metadata.get(name) instanceof ScalarNode scalar
            && !scalar.asText().isEmpty()
        ? scalar.asText()
        : null;
  }

  MapNode definition() {
    return definition;
  }

  private MapNode resolved(String section) {
    Node value = definition.get(section);
    return value != null && stack.resolve(id, value) instanceof MapNode mapping
        ? mapping
        : new MapNode(position, new LinkedHashMap<>());
  }

  @Override
  public String toString() {
    return path();
  }
}
