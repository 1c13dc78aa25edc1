package dev.rapid.telemetry.log;

import dev.rapid.core.events.LifecycleEvent;

/**
 * Decides which lifecycle events end an incomplete line of output, so that it belongs to the phase
 * that is over. In a runtime that invocations share, the line may be of another invocation than the
 * event, and only its writer ends it.
 */
public final class LineEnds {

  private LineEnds() {}

  /**
   * Returns whether {@code event} ends the line.
   *
   * @param ofExtension whether an extension wrote it; extensions go on after the runtime is done,
   *     until the end of the invocation
   * @param shared whether several invocations use the runtime at once
   */
  public static boolean at(LifecycleEvent event, boolean ofExtension, boolean shared) {
    return switch (event) {
      case LifecycleEvent.InitReport e -> true;
      case LifecycleEvent.RestoreReport e -> true;
      case LifecycleEvent.Start e -> !shared;
      case LifecycleEvent.End e -> !shared;
      case LifecycleEvent.InitRuntimeDone e -> !ofExtension;
      case LifecycleEvent.RestoreRuntimeDone e -> !ofExtension;
      case LifecycleEvent.Fault e -> !ofExtension && !shared;
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
