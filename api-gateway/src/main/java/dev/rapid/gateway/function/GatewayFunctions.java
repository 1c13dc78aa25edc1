package dev.rapid.gateway.function;

import dev.rapid.gateway.api.FunctionTarget;

/** Finds the functions of routes and authorizers, whenever one is invoked: they come and go. */
@FunctionalInterface
public interface GatewayFunctions {

  /**
   * Returns the function.
   *
   * @throws UnavailableFunctionException if there is none now, or if it cannot run
   */
  GatewayFunction find(FunctionTarget target) throws UnavailableFunctionException;
}
