package dev.rapid.core.time;

/** A monotonic clock. Only differences between two readings mean anything. */
@FunctionalInterface
public interface NanoClock {

  /** The clock of this Java virtual machine. */
  NanoClock SYSTEM = System::nanoTime;

  /** Returns the current reading in nanoseconds; it may be negative. */
  long nanoTime();
}
