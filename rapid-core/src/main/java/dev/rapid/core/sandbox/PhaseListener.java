package dev.rapid.core.sandbox;

/** Watches what a sandbox is doing. */
@FunctionalInterface
public interface PhaseListener {

  /** The sandbox is in {@code phase} now. Called in order; must not block. */
  void entered(Phase phase);
}
