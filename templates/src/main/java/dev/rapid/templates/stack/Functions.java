package dev.rapid.templates.stack;

import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.ScalarNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All functions, and what references to them mean: names, ARNs of functions, versions and aliases,
 * and the URIs of integrations in which such an ARN is (contract templates-and-runtimes, sections
 * 5.3, 5.6, 8.1).
 */
public final class Functions {

  private static final Pattern ARN =
      Pattern.compile(
          "arn:[a-z-]+:lambda:[^:]*:[^:]*:function:([A-Za-z0-9_-]+)(?::([A-Za-z0-9$_-]+))?");
  private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_-]+)(?::([A-Za-z0-9$_-]+))?");

  private final FunctionNames names;
  private final List<Resource> versions;
  private @Nullable Map<Resource, NumberedVersion> numbered;

  Functions(FunctionNames names, List<Resource> versions) {
    this.names = names;
    this.versions = List.copyOf(versions);
  }

  /**
   * A published version.
   *
   * @param function the function that it is of
   * @param number its number, from 1
   */
  public record NumberedVersion(Resource function, int number) {}

  /** Returns the names of the functions. */
  public FunctionNames names() {
    return names;
  }

  /** Returns the ARN of a function. */
  public String arn(Resource function) {
    return function.stack().arn("lambda", "function:" + names.of(function));
  }

  /**
   * Returns the function that a resolved value means, null if it is none of these functions.
   *
   * @param reference a name or an ARN, perhaps inside the URI of an integration
   */
  public @Nullable FunctionTarget find(@Nullable Node reference) {
    return reference instanceof ScalarNode scalar ? find(scalar.asText()) : null;
  }

  /** Returns the function that a name or an ARN means, null if it is none of these functions. */
  public @Nullable FunctionTarget find(String reference) {
    Matcher arn = ARN.matcher(reference);
    if (arn.find()) {
      return target(arn);
    }
    Matcher name = NAME.matcher(reference);
    return name.matches() ? target(name) : null;
  }

  /** Returns {@code NAME} or {@code NAME:QUALIFIER}. */
  public String text(FunctionTarget target) {
    String name = names.of(target.function());
    return target.qualifier() == null ? name : name + ":" + target.qualifier();
  }

  private @Nullable FunctionTarget target(Matcher reference) {
    Resource function = names.find(reference.group(1));
    String qualifier = reference.group(2);
    return function == null
        ? null
        : new FunctionTarget(function, "$LATEST".equals(qualifier) ? null : qualifier);
  }

  /** Returns a version with its number, null if its function is none of these. */
  public @Nullable NumberedVersion version(Resource version) {
    return versions().get(version);
  }

  /** Returns the versions that templates declare, in their order. */
  public Map<Resource, NumberedVersion> versions() {
    Map<Resource, NumberedVersion> known = numbered;
    if (known == null) {
      known = new LinkedHashMap<>();
      // A version whose function refers to a version has no number.
      numbered = Map.of();
      Map<Resource, Integer> last = new HashMap<>();
      for (Resource version : versions) {
        FunctionTarget target = find(version.property("FunctionName"));
        if (target != null) {
          int number = last.merge(target.function(), 1, Integer::sum);
          known.put(version, new NumberedVersion(target.function(), number));
        }
      }
      numbered = known;
    }
    return known;
  }

  /** Returns the number of the version that {@code AutoPublishAlias} publishes. */
  public int publishedVersion(Resource function) {
    long declared =
        versions().values().stream().filter(each -> each.function() == function).count();
    return (int) declared + 1;
  }
}
