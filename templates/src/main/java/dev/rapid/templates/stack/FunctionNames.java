package dev.rapid.templates.stack;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of all functions. A function has the name of its property {@code FunctionName}, else
 * its logical id. If several have the same one, the only one in a root stack keeps it, and the
 * others get the name of their stack in front (contract templates-and-runtimes, sections 1.5, 1.6,
 * 5.1).
 */
public final class FunctionNames {

  private static final int LONGEST = 64;
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-]{1," + LONGEST + "}");

  private final List<Resource> functions;
  private final Map<Resource, String> own = new HashMap<>();
  private final Set<Resource> beingResolved = new HashSet<>();
  private @Nullable Map<Resource, String> names;

  FunctionNames(List<Resource> functions) {
    this.functions = List.copyOf(functions);
  }

  /** Returns all functions in the order of their stacks and templates. */
  public List<Resource> functions() {
    return functions;
  }

  /** Returns the name of a function, which no other one has. */
  public String of(Resource function) {
    Map<Resource, String> known = names;
    if (known == null) {
      if (!beingResolved.isEmpty()) {
        // The name of one function depends on that of another one.
        return own(function);
      }
      functions.forEach(this::own);
      known = distinct();
      names = known;
    }
    String name = known.get(function);
    return name == null ? own(function) : name;
  }

  /** Returns the function with this name, null if there is none. */
  public @Nullable Resource find(String name) {
    for (Resource function : functions) {
      if (of(function).equals(name)) {
        return function;
      }
    }
    return null;
  }

  /**
   * Returns other names that a function can be called by and no other function: its logical id, the
   * id and the path of its construct, and {@code STACK/ID}.
   */
  public List<String> others(Resource function) {
    Set<String> taken = new HashSet<>();
    for (Resource other : functions) {
      if (other != function) {
        taken.add(of(other));
        taken.addAll(candidates(other));
      }
    }
    taken.add(of(function));
    return candidates(function).stream()
        .filter(name -> !taken.contains(name) && name.chars().noneMatch(Character::isWhitespace))
        .toList();
  }

  private static Set<String> candidates(Resource function) {
    Set<String> names = new LinkedHashSet<>();
    names.add(function.id());
    String ofSam = function.metadata("SamResourceId");
    if (ofSam != null) {
      names.add(ofSam);
    }
    String construct = function.metadata("aws:cdk:path");
    if (construct != null) {
      String path =
          construct.endsWith("/Resource")
              ? construct.substring(0, construct.length() - "/Resource".length())
              : construct;
      names.add(path.substring(path.lastIndexOf('/') + 1));
      names.add(path);
    }
    names.add(function.path());
    return names;
  }

  private String own(Resource function) {
    String known = own.get(function);
    if (known != null) {
      return known;
    }
    String fallback = shortened(function.id());
    if (!beingResolved.add(function)) {
      return fallback;
    }
    try {
      String name = function.propertyText("FunctionName");
      if (name != null && !VALID.matcher(name).matches()) {
        function
            .properties()
            .warn(
                "FunctionName",
                "is '"
                    + name
                    + "', not 1 to "
                    + LONGEST
                    + " letters, digits, '-' or '_'; '"
                    + fallback
                    + "' is used");
        name = null;
      }
      own.put(function, name == null ? fallback : name);
    } finally {
      beingResolved.remove(function);
    }
    return own.getOrDefault(function, fallback);
  }

  private Map<Resource, String> distinct() {
    Map<String, List<Resource>> byName = new LinkedHashMap<>();
    functions.forEach(
        function -> byName.computeIfAbsent(own(function), name -> new ArrayList<>()).add(function));
    Map<Resource, String> distinct = new HashMap<>();
    Set<String> used = new HashSet<>(byName.keySet());
    byName.forEach((name, sharing) -> {
      long inRoots = sharing.stream().filter(each -> each.stack().isRoot()).count();
      for (Resource function : sharing) {
        boolean keepsIt = sharing.size() == 1 || (inRoots == 1 && function.stack().isRoot());
        distinct.put(
            function, keepsIt ? name : unused(inStack(function.stack().path(), name), used));
      }
    });
    return distinct;
  }

  private static String inStack(String stack, String name) {
    return shortened(stack.replaceAll("[^A-Za-z0-9_-]", "-") + "-" + name);
  }

  private static String unused(String name, Set<String> used) {
    String candidate = name;
    for (int i = 2; !used.add(candidate); i++) {
      candidate = shortened(name + "-" + i);
    }
    return candidate;
  }

  private static String shortened(String name) {
    if (name.length() <= LONGEST) {
      return name;
    }
    String hash = String.format("-%08x", name.hashCode());
    return name.substring(0, LONGEST - hash.length()) + hash;
  }
}
