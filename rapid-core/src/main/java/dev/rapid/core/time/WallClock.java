package dev.rapid.core.time;

/** The time of day, for timestamps and deadlines that leave the process. */
@FunctionalInterface
public interface WallClock {

  /** The clock of this machine. */
  WallClock SYSTEM = System::currentTimeMillis;

  /** Returns milliseconds since 1970-01-01T00:00:00Z. */
  long epochMillis();
}
