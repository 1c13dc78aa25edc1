package dev.rapid.gateway.function;

import dev.rapid.gateway.api.FunctionTarget;
import org.jspecify.annotations.Nullable;

/** Finds the functions of routes and authorizers, whenever one is invoked: they come and go. */
@FunctionalInterface
public interface GatewayFunctions {

  /** Returns the function, null if there is none now. */
  @Nullable GatewayFunction find(FunctionTarget target);
}
