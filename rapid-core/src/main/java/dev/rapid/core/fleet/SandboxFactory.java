package dev.rapid.core.fleet;

import dev.rapid.core.sandbox.Sandbox;

/** Makes the sandboxes of a function, each with processes and an address of its own. */
@FunctionalInterface
public interface SandboxFactory {

  /**
   * Makes a cold sandbox. When it has terminated, the fleet has forgotten it, and what it used can
   * be closed.
   *
   * @param membership receives its phases, and each invocation that has ended
   */
  Sandbox create(Membership membership);
}
