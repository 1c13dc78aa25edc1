package dev.rapid.cli.config;

import dev.rapid.cli.config.value.Fields;
import dev.rapid.cli.config.value.Value;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.invokeapi.function.FunctionAlias;
import dev.rapid.invokeapi.function.FunctionVersions;
import dev.rapid.invokeapi.function.PublishedVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the versions and aliases of a function. */
final class VersionsReader {

  private VersionsReader() {}

  /**
   * Returns versions and aliases.
   *
   * @param versions a list of versions, null for none
   * @param aliases a mapping of names to versions, null for none
   * @throws dev.rapid.cli.config.value.UsageException if something is wrong
   */
  static FunctionVersions read(@Nullable Value versions, @Nullable Value aliases) {
    if (versions == null && aliases == null) {
      return FunctionVersions.NONE;
    }
    List<PublishedVersion> published = versions == null ? List.of() : versions(versions);
    List<FunctionAlias> named =
        aliases == null
            ? List.of()
            : List.copyOf(Fields.of("'aliases'", aliases).all(VersionsReader::alias).values());
    try {
      return new FunctionVersions(published, named);
    } catch (IllegalArgumentException e) {
      Value at = aliases == null ? versions : aliases;
      throw Fields.fault(Objects.requireNonNull(at).place(), String.valueOf(e.getMessage()));
    }
  }

  private static List<PublishedVersion> versions(Value value) {
    if (!(value instanceof Value.Items items)) {
      throw Fields.fault(value.place(), "'versions' takes a list");
    }
    List<PublishedVersion> versions = new ArrayList<>();
    for (Value item : items.values()) {
      versions.add(
          item instanceof Value.Text text
              ? checked(text, () -> PublishedVersion.of(text.text()))
              : version(Fields.of("a version", item), item));
    }
    return versions;
  }

  private static PublishedVersion version(Fields fields, Value at) {
    String number = fields.needed("version");
    String description = Objects.requireNonNullElse(fields.text("description"), "");
    int provisioned = provisioned(fields);
    fields.end();
    return checked(at, () -> new PublishedVersion(number, description, provisioned));
  }

  private static FunctionAlias alias(String name, Value value) {
    if (value instanceof Value.Text text) {
      return checked(text, () -> FunctionAlias.of(name, text.text()));
    }
    Fields fields = Fields.of("alias '" + name + "'", value);
    String version = fields.needed("version");
    Map<String, Double> weights =
        fields.each(
            "weights",
            (weighted, weight) -> Fields.checked(weighted, weight, VersionsReader::weight));
    String description = Objects.requireNonNullElse(fields.text("description"), "");
    int provisioned = provisioned(fields);
    fields.end();
    return checked(
        value, () -> new FunctionAlias(name, version, weights, description, provisioned));
  }

  private static int provisioned(Fields fields) {
    Integer chosen = fields.checked("provisioned", text -> Checks.count(text, 0, Checks.MAX_COUNT));
    return chosen == null ? 0 : chosen;
  }

  private static double weight(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is not a number", e);
    }
  }

  private static <T> T checked(Value at, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw Fields.fault(at.place(), String.valueOf(e.getMessage()));
    }
  }
}
