package dev.rapid.core.testing;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps all lifecycle events. */
public final class RecordingEvents implements EventsApi {

  private final List<LifecycleEvent> events = new CopyOnWriteArrayList<>();

  @Override
  public void emit(LifecycleEvent event) {
    events.add(event);
  }

  /** Returns all events so far, in order. */
  public List<LifecycleEvent> all() {
    return List.copyOf(events);
  }

  /** Returns the kinds of all events so far, in order, for example {@code InitStart}. */
  public List<String> names() {
    return events.stream().map(event -> event.getClass().getSimpleName()).toList();
  }

  /** Returns all events of one kind, in order. */
  public <T extends LifecycleEvent> List<T> all(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
