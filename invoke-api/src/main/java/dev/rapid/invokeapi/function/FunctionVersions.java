package dev.rapid.invokeapi.function;

import dev.rapid.core.function.FunctionIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The published versions and the aliases of a function; {@code $LATEST} always exists.
 *
 * @param published in the order of their numbers
 * @param aliases in the order of the settings
 */
public record FunctionVersions(List<PublishedVersion> published, List<FunctionAlias> aliases) {

  /** Nothing but {@code $LATEST}. */
  public static final FunctionVersions NONE = new FunctionVersions(List.of(), List.of());

  /** The newest published version. */
  public static final String LATEST_PUBLISHED = FunctionIdentity.LATEST + ".PUBLISHED";

  /**
   * Sorts the versions, and checks that each name is unique and each alias has its versions.
   *
   * @throws IllegalArgumentException if not; the message is for people
   */
  public FunctionVersions {
    published =
        published.stream().sorted(Comparator.comparingLong(PublishedVersion::number)).toList();
    aliases = List.copyOf(aliases);
    Set<String> names = new HashSet<>();
    for (PublishedVersion each : published) {
      if (!names.add(each.version())) {
        throw new IllegalArgumentException("There are two versions " + each.version());
      }
    }
    Set<String> versions = new HashSet<>(names);
    versions.add(FunctionIdentity.LATEST);
    for (FunctionAlias each : aliases) {
      if (!names.add(each.name())) {
        throw new IllegalArgumentException("There are two aliases '" + each.name() + "'");
      }
      checkExists(versions, each, each.version());
      each.weights().keySet().forEach(weighted -> checkExists(versions, each, weighted));
    }
  }

  private static void checkExists(Set<String> versions, FunctionAlias alias, String version) {
    if (!versions.contains(version)) {
      throw new IllegalArgumentException(
          "The alias '" + alias.name() + "' is of version '" + version + "', which does not exist");
    }
  }

  /** Returns whether there is nothing but {@code $LATEST}. */
  public boolean isEmpty() {
    return published.isEmpty() && aliases.isEmpty();
  }

  /** Returns the published version with a number, null if there is none. */
  public @Nullable PublishedVersion version(String number) {
    for (PublishedVersion each : published) {
      if (each.version().equals(number)) {
        return each;
      }
    }
    return null;
  }

  /** Returns the alias with a name, null if there is none. */
  public @Nullable FunctionAlias alias(String name) {
    for (FunctionAlias each : aliases) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    return null;
  }

  /** Returns the newest published version, null if there is none. */
  public @Nullable PublishedVersion newest() {
    return published.isEmpty() ? null : published.getLast();
  }

  /**
   * Returns the version that one invocation with a qualifier runs, null if there is no such version
   * or alias (contract invoke-api, section 1.2).
   *
   * @param random chooses the version of a weighted alias; returns a number from 0, inclusive, to
   *     1, exclusive
   */
  public @Nullable String resolve(String qualifier, DoubleSupplier random) {
    if (qualifier.equals(FunctionIdentity.LATEST) || version(qualifier) != null) {
      return qualifier;
    }
    if (qualifier.equals(LATEST_PUBLISHED)) {
      PublishedVersion newest = newest();
      return newest == null ? null : newest.version();
    }
    FunctionAlias alias = alias(qualifier);
    return alias == null ? null : alias.choose(random);
  }

  /**
   * Returns the same, with sandboxes that are initialised before there is work: those of the newest
   * published version, by its first alias if there is one. Nothing changes if none is published.
   *
   * @param sandboxes 0 or more
   */
  public FunctionVersions withProvisioned(int sandboxes) {
    PublishedVersion newest = newest();
    if (newest == null || sandboxes == 0) {
      return this;
    }
    List<FunctionAlias> changed = new ArrayList<>(aliases);
    for (int i = 0; i < changed.size(); i++) {
      FunctionAlias alias = changed.get(i);
      if (alias.version().equals(newest.version())) {
        changed.set(i, alias.withProvisioned(alias.provisioned() + sandboxes));
        return new FunctionVersions(published, changed);
      }
    }
    List<PublishedVersion> others = new ArrayList<>(published.subList(0, published.size() - 1));
    others.add(
        new PublishedVersion(
            newest.version(), newest.description(), newest.provisioned() + sandboxes));
    return new FunctionVersions(others, aliases);
  }

  /** Returns how many sandboxes of a version are initialised before there is work. */
  public int provisioned(String version) {
    PublishedVersion own = version(version);
    int sum = own == null ? 0 : own.provisioned();
    for (FunctionAlias each : aliases) {
      sum += each.version().equals(version) ? each.provisioned() : 0;
    }
    return sum;
  }
}
