package dev.rapid.bootstrap.family;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The marks of the families of one sandbox: numbers that a family has as its soft limit on file
 * locks.
 *
 * <p>Linux hands limits on to each child and keeps them over each exec; a new session, another
 * parent or an empty environment changes nothing. It shows them to all users. Since version 2.4.25
 * it does not apply this one, so that no program sets it or depends on it.
 *
 * <p>A mark is a number of the sandbox followed by {@value #SERIAL_DIGITS} digits of the family's
 * own.
 */
public final class FamilyMarks {

  /** The mark of a family that cannot be marked; no process is found by it. */
  public static final long NONE = -1;

  private static final int SERIAL_DIGITS = 6;
  private static final long SERIALS = 1_000_000;
  private static final long MIN_SANDBOX = 100_000_000_000L;
  private static final long MAX_SANDBOX = 999_999_999_999L;

  private final long sandbox = ThreadLocalRandom.current().nextLong(MIN_SANDBOX, MAX_SANDBOX + 1);
  private final AtomicInteger serial = new AtomicInteger();

  /** Returns a mark that no living family of this sandbox has. */
  public long next() {
    return sandbox * SERIALS + Math.floorMod(serial.getAndIncrement(), SERIALS);
  }

  /** Returns a shell pattern that all marks of this sandbox match, and those of no other. */
  public String pattern() {
    return sandbox + "?".repeat(SERIAL_DIGITS);
  }
}
