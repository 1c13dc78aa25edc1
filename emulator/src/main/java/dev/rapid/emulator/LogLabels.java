package dev.rapid.emulator;

import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.telemetry.log.LogLabel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the lines of a function's sandboxes are labelled: always if several functions share
 * the log, else as soon as two sandboxes of the function live at once. A label that was needed once
 * stays.
 */
final class LogLabels {

  /** Functions with more sandboxes are limited by memory, and seldom have as many. */
  private static final int MANY = 100;

  private final boolean numbered;
  private volatile int width;
  private volatile boolean needed;

  /** Guarded by this. */
  private int living;

  /**
   * Creates the labels of a function without sandboxes.
   *
   * @param numbered whether the function may have several sandboxes
   * @param width how long the longest name in the log is
   */
  LogLabels(boolean numbered, int width) {
    this.numbered = numbered;
    this.width = width;
  }

  /**
   * Another function shares the log.
   *
   * @param longest how long the longest name in the log is
   */
  void share(int longest) {
    width = longest;
    needed = true;
  }

  /** Returns how long the longest name of a function's sandboxes is, with usual numbers. */
  static int width(String function, int maxSandboxes) {
    int usual = Math.min(maxSandboxes, MANY);
    return usual > 1 ? function.length() + 1 + Integer.toString(usual).length() : function.length();
  }

  /** Adds a sandbox, and returns what counts its end. */
  Runnable began() {
    count(1);
    return () -> count(-1);
  }

  private synchronized void count(int more) {
    living += more;
    if (living > 1) {
      needed = true;
    }
  }

  /** Returns whether a sandbox in {@code phase} does not live any more. */
  static boolean isOver(Phase phase) {
    return phase instanceof Phase.ShuttingDown || phase instanceof Phase.Terminated;
  }

  /** Returns the label of a sandbox, null while there is no need for it. */
  Supplier<@Nullable LogLabel> of(SandboxIdentity sandbox) {
    String name = numbered ? sandbox.name() : sandbox.versionedFunction();
    String padding = " ".repeat(Math.max(0, width - name.length()));
    LogLabel label = new LogLabel(name + padding + " | ", sandbox.function(), sandbox.name());
    return () -> needed ? label : null;
  }
}
