package dev.rapid.invokeapi.invoke;

/** How many requests a function takes. Thread-safe; never blocks. */
@FunctionalInterface
public interface RequestRate {

  /** Any number. */
  RequestRate UNLIMITED = () -> true;

  /** Returns whether one more request is taken now, and counts it if so. */
  boolean permits();
}
