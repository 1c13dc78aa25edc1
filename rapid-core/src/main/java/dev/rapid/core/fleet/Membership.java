package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.PhaseListener;

/**
 * The place of a sandbox in its fleet. The sandbox reports its phases and the ends of its
 * invocations to it.
 */
public interface Membership extends PhaseListener {

  /** Returns the number of the sandbox: 1 for the function's first, never used again. */
  int number();

  /** Returns whether the sandbox is initialised before there is work, and kept. */
  boolean provisioned();

  /** Takes an invocation that has ended, extensions included: there is room for the next one. */
  void ended(Invocation invocation);
}
