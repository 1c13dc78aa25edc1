package dev.rapid.core.events;

/** Receives the lifecycle events of one sandbox. */
@FunctionalInterface
public interface EventsApi {

  /** Takes the next event. Called in order, never by two threads at once; must not block. */
  void emit(LifecycleEvent event);
}
