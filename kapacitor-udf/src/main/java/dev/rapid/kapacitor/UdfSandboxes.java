package dev.rapid.kapacitor;

/** Makes the sandboxes of an exposed function. Thread-safe. */
@FunctionalInterface
public interface UdfSandboxes {

  /** Returns the cold sandbox of one use, which the caller closes. */
  UdfSandbox open();
}
