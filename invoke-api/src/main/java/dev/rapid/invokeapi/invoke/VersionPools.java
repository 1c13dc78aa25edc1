package dev.rapid.invokeapi.invoke;

/** What runs the versions of one function. Thread-safe. */
@FunctionalInterface
public interface VersionPools {

  /**
   * Returns what runs the invocations of a version. It may be made now: a version that is never
   * invoked costs nothing.
   *
   * @param version one that the function has
   */
  InvokedFunction of(String version);
}
