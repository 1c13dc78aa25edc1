package dev.rapid.telemetry.log;

import dev.rapid.core.events.LifecycleEvent;

/**
 * Decides which lifecycle events end an incomplete line of output, so that it belongs to the phase
 * that is over.
 */
public final class LineEnds {

  private LineEnds() {}

  /**
   * Returns whether {@code event} ends the line.
   *
   * @param ofExtension whether an extension wrote it; extensions go on after the runtime is done,
   *     until the end of the invocation
   */
  public static boolean at(LifecycleEvent event, boolean ofExtension) {
    return switch (event) {
      case LifecycleEvent.InitReport e -> true;
      case LifecycleEvent.RestoreReport e -> true;
      case LifecycleEvent.Start e -> true;
      case LifecycleEvent.End e -> true;
      case LifecycleEvent.InitRuntimeDone e -> !ofExtension;
      case LifecycleEvent.RestoreRuntimeDone e -> !ofExtension;
      case LifecycleEvent.Fault e -> !ofExtension;
      case LifecycleEvent.RuntimeDone e -> !ofExtension;
      case LifecycleEvent.InitStart e -> false;
      case LifecycleEvent.ExtensionInit e -> false;
      case LifecycleEvent.Subscription e -> false;
      case LifecycleEvent.ImageErrorLog e -> false;
      case LifecycleEvent.RestoreStart e -> false;
      case LifecycleEvent.IdleExit e -> false;
      case LifecycleEvent.ErrorDetails e -> false;
      // The end of the same invocation was logged just before.
      case LifecycleEvent.Report e -> false;
    };
  }
}
