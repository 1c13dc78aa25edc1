package dev.rapid.templates.stack;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Resolved properties, read as the types that they should have. A value of another type is a
 * warning and counts as absent. So does null, and an empty text where text is asked for, which is
 * how an unresolved value looks.
 */
public final class Properties {

  private final String owner;
  private final MapNode mapping;
  private final Problems problems;

  /**
   * Reads a mapping.
   *
   * @param owner what the properties belong to, for messages: {@code Hello}, or {@code
   *     Hello.Environment}
   * @param mapping has no intrinsics
   */
  public Properties(String owner, MapNode mapping, Problems problems) {
    this.owner = owner;
    this.mapping = mapping;
    this.problems = problems;
  }

  /** Returns what the properties belong to. */
  public String owner() {
    return owner;
  }

  /** Returns all properties as they are. */
  public MapNode node() {
    return mapping;
  }

  /** Returns where a property is, or where the properties begin if it is absent. */
  public Position position(String name) {
    return mapping.positionOf(name);
  }

  /** Returns a property, null if it is absent or null. */
  public @Nullable Node get(String name) {
    Node value = mapping.get(name);
    return value instanceof ScalarNode scalar && scalar.isNull() ? null : value;
  }

  /** Returns whether a property is there and not null. */
  public boolean has(String name) {
    return get(name) != null;
  }

  /** Returns a text, null if there is none. */
  public @Nullable String text(String name) {
    Node value = get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof ScalarNode scalar) {
      return scalar.asText().isEmpty() ? null : scalar.asText();
    }
    warn(name, "takes a text; it is ignored");
    return null;
  }

  /** Returns a text, {@code otherwise} if there is none. */
  public String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text;
  }

  /** Returns one of some texts, null if it is absent or another one. */
  public @Nullable String oneOf(String name, List<String> texts) {
    String text = text(name);
    if (text == null || texts.contains(text)) {
      return text;
    }
    warn(name, "is '" + text + "', not " + String.join(" or ", texts) + "; it is ignored");
    return null;
  }

  /** Returns a whole number that is not negative, null if there is none. */
  public @Nullable Long number(String name) {
    return number(name, "it is ignored");
  }

  /**
   * Returns a whole number that is not negative, {@code otherwise} if there is none.
   *
   * @param least numbers below it are a warning
   * @param most numbers above it are a warning
   */
  public long number(String name, long otherwise, long least, long most) {
    Long number = number(name, otherwise + " is used");
    if (number == null) {
      return otherwise;
    }
    if (number < least || number > most) {
      warn(name, "is " + number + ", and the cloud allows " + least + " to " + most);
    }
    return number;
  }

  private @Nullable Long number(String name, String instead) {
    Node value = get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof ScalarNode scalar) {
      try {
        BigDecimal number = scalar.asNumber().orElse(null);
        if (number != null && number.signum() >= 0) {
          return number.longValueExact();
        }
      } catch (ArithmeticException e) {
        // It has a fraction, or is out of range: the warning below says so.
      }
      String text = scalar.asText();
      warn(
          name,
          (text.isEmpty() ? "is not known" : "is '" + text + "', not a whole number")
              + "; "
              + instead);
      return null;
    }
    warn(name, "takes a whole number; " + instead);
    return null;
  }

  /** Returns a boolean, false if there is none. */
  public boolean is(String name) {
    return is(name, false);
  }

  /** Returns a boolean, {@code otherwise} if there is none. */
  public boolean is(String name, boolean otherwise) {
    Node value = get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof ScalarNode scalar && scalar.asBoolean().isPresent()) {
      return scalar.asBoolean().get();
    }
    warn(name, "takes true or false; " + otherwise + " is used");
    return otherwise;
  }

  /** Returns the items of a list, or a single value as its only item. */
  public List<Node> list(String name) {
    Node value = get(name);
    return switch (value) {
      case null -> List.of();
      case ListNode list -> list.items();
      default -> List.of(value);
    };
  }

  /** Returns the texts of a list. A single text counts as a list of one. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Node item : list(name)) {
      if (item instanceof ScalarNode scalar) {
        if (!scalar.asText().isEmpty()) {
          texts.add(scalar.asText());
        }
      } else {
        problems.warn(item.position(), inWords(name) + " takes texts; this is ignored");
      }
    }
    return texts;
  }

  /** Returns the properties inside a property, empty ones if there are none. */
  public Properties map(String name) {
    Node value = get(name);
    String inner = owner + "." + name;
    if (value instanceof MapNode inside) {
      return new Properties(inner, inside, problems);
    }
    if (value != null) {
      warn(name, "takes a mapping; it is ignored");
    }
    return new Properties(
        inner, new MapNode(position(name), new java.util.LinkedHashMap<>()), problems);
  }

  /** Calls {@code action} with the name and the properties of each mapping in here. */
  public void forEachMap(BiConsumer<String, Properties> action) {
    mapping
        .entries()
        .keySet()
        .forEach(name -> {
          if (has(name)) {
            action.accept(name, map(name));
          }
        });
  }

  /** Warns of properties that are none of these, each once. */
  public void warnOfOthers(Set<String> known, String what) {
    mapping
        .entries()
        .forEach((name, entry) -> {
          if (!known.contains(name)) {
            problems.warn(entry.key(), what + " has no property '" + name + "'; it is ignored");
          }
        });
  }

  /**
   * Warns of a property.
   *
   * @param what the rest of a sentence whose subject is the property
   */
  public void warn(String name, String what) {
    problems.warn(position(name), inWords(name) + " " + what);
  }

  /**
   * Adds an error at a property.
   *
   * @param what the rest of a sentence whose subject is the property
   */
  public void error(String name, String what) {
    problems.error(position(name), inWords(name) + " " + what);
  }

  private String inWords(String name) {
    return "'" + name + "' of " + owner;
  }
}
