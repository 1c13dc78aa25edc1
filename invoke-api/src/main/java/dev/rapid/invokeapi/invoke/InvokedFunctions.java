package dev.rapid.invokeapi.invoke;

import dev.rapid.core.function.FunctionIdentity;
import java.util.List;

/**
 * The functions that callers can invoke, by name. A single function can also be called by the name
 * {@link FunctionIdentity#ALIAS}.
 */
public final class InvokedFunctions {

  private final List<InvokedFunction> functions;

  /**
   * Creates the list of functions.
   *
   * @throws IllegalArgumentException if there is none
   */
  public InvokedFunctions(List<InvokedFunction> functions) {
    if (functions.isEmpty()) {
      throw new IllegalArgumentException("There is no function to invoke");
    }
    this.functions = List.copyOf(functions);
  }

  /** Returns the functions, at least one. */
  public List<InvokedFunction> all() {
    return functions;
  }

  /**
   * Returns the function called {@code name}, or else the first function: a refusal shows its
   * region and account.
   */
  InvokedFunction named(String name) {
    for (InvokedFunction function : functions) {
      if (answersTo(function.description().get().identity(), name)) {
        return function;
      }
    }
    return functions.getFirst();
  }

  /** Returns whether {@code name} is this function's. */
  public boolean answersTo(FunctionIdentity identity, String name) {
    return functions.size() == 1 ? identity.answersTo(name) : identity.name().equals(name);
  }
}
