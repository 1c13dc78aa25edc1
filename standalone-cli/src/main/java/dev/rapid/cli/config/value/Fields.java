package dev.rapid.cli.config.value;

import dev.rapid.cli.config.value.Value.Items;
import dev.rapid.cli.config.value.Value.Member;
import dev.rapid.cli.config.value.Value.Members;
import dev.rapid.cli.config.value.Value.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of one mapping. A member that nobody has asked for when {@link #end} is called
 * is a mistake of the user.
 *
 * <p>All methods throw {@link UsageException} if a value is wrong; the message begins with the
 * place of the value.
 */
public final class Fields {

  private final String subject;
  private final Members mapping;
  private final List<String> known = new ArrayList<>();
  private final Set<String> read = new HashSet<>();

  private Fields(String subject, Members mapping) {
    this.subject = subject;
    this.mapping = mapping;
  }

  /**
   * Returns the members of a mapping.
   *
   * @param subject what the mapping describes, for messages: "a route"
   */
  public static Fields of(String subject, Value value) {
    if (value instanceof Members members) {
      return new Fields(subject, members);
    }
    throw fault(value.place(), subject + " takes members, 'name: value'");
  }

  /** Returns where the mapping begins. */
  public String place() {
    return mapping.place();
  }

  /** Returns a member, null if it is not there or has no value. */
  public @Nullable Value find(String name) {
    known.add(name);
    read.add(name);
    Member member = mapping.members().get(name);
    return member == null || isNothing(member.value()) ? null : member.value();
  }

  /** Returns the text of a member, null if it is not there. */
  public @Nullable String text(String name) {
    Value value = find(name);
    return value == null ? null : textOf(name, value);
  }

  /** Returns the text of a member that must be there. */
  public String needed(String name) {
    String text = text(name);
    if (text == null) {
      throw fault(mapping.place(), subject + " needs a member '" + name + "'");
    }
    return text;
  }

  /** Returns a member that is {@code true} or {@code false}, null if it is not there. */
  public @Nullable Boolean truth(String name) {
    return checked(
        name,
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("is neither true nor false");
            });
  }

  /**
   * Returns a member as {@code check} converts its text, null if it is not there.
   *
   * @param check throws an {@link IllegalArgumentException} whose message lacks its subject, the
   *     value
   */
  public <T> @Nullable T checked(String name, Function<String, T> check) {
    Value value = find(name);
    return value == null ? null : checked(name, value, check);
  }

  /**
   * Returns a value as {@code check} converts its text.
   *
   * @param name what it is called, for messages
   * @param check throws an {@link IllegalArgumentException} whose message lacks its subject, the
   *     value
   */
  public static <T> T checked(String name, Value value, Function<String, T> check) {
    String text = textOf(name, value);
    try {
      return check.apply(text);
    } catch (IllegalArgumentException e) {
      throw fault(value.place(), "'" + name + "': '" + text + "' " + e.getMessage());
    }
  }

  /**
   * Returns a member that is the name of one of {@code values} in any case, null if it is not
   * there.
   */
  public <E extends Enum<E>> @Nullable E choice(String name, E[] values) {
    return checked(name, text -> constant(values, text));
  }

  /**
   * Returns the one of {@code values} whose name is {@code text} in any case.
   *
   * @throws IllegalArgumentException if there is none; the message has no subject
   */
  public static <E extends Enum<E>> E constant(E[] values, String text) {
    for (E value : values) {
      if (value.name().equalsIgnoreCase(text)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "is not one of "
            + Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")));
  }

  /** Returns the texts of a member: a list, or one text; empty if it is not there. */
  public List<String> texts(String name) {
    return list(name, text -> text);
  }

  /**
   * Returns the items of a member as {@code check} converts their texts; empty if it is not there.
   *
   * @param check throws an {@link IllegalArgumentException} whose message lacks its subject, the
   *     value
   */
  public <T> List<T> list(String name, Function<String, T> check) {
    Value value = find(name);
    return switch (value) {
      case null -> List.of();
      case Items items -> items.values().stream().map(item -> checked(name, item, check)).toList();
      case Value one -> List.of(checked(name, one, check));
    };
  }

  /** Returns the texts of a member by name, in their order; empty if it is not there. */
  public Map<String, String> named(String name) {
    return each(name, Fields::textOf);
  }

  /**
   * Returns what {@code reader} makes of each member of a member, in their order; empty if it is
   * not there.
   */
  public <T> SequencedMap<String, T> each(String name, BiFunction<String, Value, T> reader) {
    Value value = find(name);
    return value == null ? new LinkedHashMap<>() : of("'" + name + "'", value).all(reader);
  }

  /** Returns what {@code reader} makes of each member of this mapping, in their order. */
  public <T> SequencedMap<String, T> all(BiFunction<String, Value, T> reader) {
    SequencedMap<String, T> all = new LinkedHashMap<>();
    mapping.members().forEach((key, member) -> all.put(key, reader.apply(key, member.value())));
    return all;
  }

  /** Returns the items of a member, which is a list; empty if it is not there. */
  public List<Value> items(String name) {
    return switch (find(name)) {
      case null -> List.of();
      case Items items -> items.values();
      case Value other -> throw fault(other.place(), "'" + name + "' takes a list");
    };
  }

  /** Refuses members that were not asked for. */
  public void end() {
    mapping
        .members()
        .forEach((name, member) -> {
          if (!read.contains(name)) {
            String nearest = Similar.to(name, known);
            throw new UsageException(
                member.place() + ": there is no member '" + name + "' of " + subject,
                nearest == null
                    ? "There are " + String.join(", ", known) + "."
                    : "Did you mean '" + nearest + "'?");
          }
        });
  }

  /** Returns a mistake in this mapping. */
  public UsageException wrong(String member, String what) {
    Member at = mapping.members().get(member);
    return fault(at == null ? mapping.place() : at.value().place(), what);
  }

  /** Returns a mistake at a place. */
  public static UsageException fault(String place, String what) {
    return new UsageException(place + ": " + what);
  }

  private static String textOf(String name, Value value) {
    if (value instanceof Text text && !isNothing(value)) {
      return text.text();
    }
    throw fault(value.place(), "'" + name + "' takes one text");
  }

  static boolean isNothing(Value value) {
    return value instanceof Text text && text.kind() == Value.Kind.NOTHING;
  }
}
