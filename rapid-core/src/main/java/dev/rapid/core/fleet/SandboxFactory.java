package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.Sandbox;
import java.util.function.Consumer;

/** Makes the sandboxes of a function, each with processes and an address of its own. */
@FunctionalInterface
public interface SandboxFactory {

  /**
   * Makes a cold sandbox.
   *
   * @param ended takes each invocation of this sandbox when it has ended, extensions included; then
   *     the sandbox is free for the next one
   */
  Sandbox create(Consumer<Invocation> ended);
}
