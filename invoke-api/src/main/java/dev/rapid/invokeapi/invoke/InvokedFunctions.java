package dev.rapid.invokeapi.invoke;

import dev.rapid.core.function.FunctionIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The functions that callers can see and invoke, by name. A single function can also be called by
 * the name {@link FunctionIdentity#ALIAS}. Thread-safe.
 */
public final class InvokedFunctions {

  private volatile List<VersionedFunction> functions;

  /**
   * Creates the list of functions.
   *
   * @throws IllegalArgumentException if there is none
   */
  public InvokedFunctions(List<VersionedFunction> functions) {
    this.functions = checked(functions);
  }

  /**
   * Replaces all functions. Requests that have found theirs go on with it.
   *
   * @throws IllegalArgumentException if there is none
   */
  public void replace(List<VersionedFunction> others) {
    functions = checked(others);
  }

  private static List<VersionedFunction> checked(List<VersionedFunction> functions) {
    if (functions.isEmpty()) {
      throw new IllegalArgumentException("There is no function to invoke");
    }
    return List.copyOf(functions);
  }

  /**
   * Returns the function that callers mean by {@code name}, null if there is none. Another
   * function's own name is stronger than a further name.
   */
  public @Nullable VersionedFunction named(String name) {
    List<VersionedFunction> all = functions;
    for (VersionedFunction each : all) {
      FunctionIdentity identity = each.identity();
      if (all.size() == 1 ? identity.answersTo(name) : identity.name().equals(name)) {
        return each;
      }
    }
    return withOtherName(all, name);
  }

  /** Returns whether a function has {@code name} as a further name. */
  boolean hasOtherName(String name) {
    return withOtherName(functions, name) != null;
  }

  private static @Nullable VersionedFunction withOtherName(
      List<VersionedFunction> all, String name) {
    for (VersionedFunction each : all) {
      if (each.otherNames().contains(name)) {
        return each;
      }
    }
    return null;
  }

  /** Returns the region and account for refusals: those of the first function. */
  FunctionIdentity home() {
    return functions.getFirst().identity();
  }
}
