package dev.rapid.telemetry.metrics;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes measurements of the lifecycle events of all functions.
 *
 * <p>Most users never read the meters, and loading Micrometer takes time and memory. So events are
 * only noted until the first reading, or until there are {@value #MAX_NOTED} notes: then a thread
 * of its own loads the meters and records all notes.
 */
public final class LifecycleMeters {

  /** How many notes are kept before the meters are loaded. */
  static final int MAX_NOTED = 10_000;

  /** How much of the name of a function's own metric is shown, in characters. */
  private static final int MAX_NAME = 255;

  private final Object loader = new Object();

  // All guarded by this.
  private final List<Consumer<Meters>> bound = new ArrayList<>();
  private List<Consumer<Meters>> noted = new ArrayList<>();
  private @Nullable Meters meters;
  private boolean loading;

  /** Creates meters that are not loaded yet. */
  public LifecycleMeters() {}

  /**
   * Adds the meters of another part.
   *
   * @param binder called once: now, or when the meters are loaded
   */
  public void bind(Consumer<Meters> binder) {
    Meters loaded;
    synchronized (this) {
      loaded = meters;
      if (loaded == null) {
        bound.add(binder);
      }
    }
    if (loaded != null) {
      binder.accept(loaded);
    }
  }

  /**
   * Returns the receiver of the lifecycle events of one function.
   *
   * @param function its name, which all its meters have as a label
   */
  public EventsApi of(String function) {
    return event -> measure(function, event);
  }

  /** Takes a value that a function measured. Values below 0 have no place in a summary. */
  public void ofFunction(String function, String name, double value) {
    if (Double.isFinite(value) && value >= 0) {
      String kept = name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
      note(to -> to.measured(function, kept, value));
    }
  }

  private void measure(String function, LifecycleEvent event) {
    switch (event) {
      case LifecycleEvent.InitReport e -> {
        long nanos = e.durationNanos();
        note(to -> to.init(function, e.phase(), e.status(), nanos));
        error(function, e.status(), e.errorType());
      }
      case LifecycleEvent.RestoreReport e -> {
        long nanos = e.durationNanos();
        note(to -> to.restore(function, e.status(), nanos));
        error(function, e.status(), e.errorType());
      }
      case LifecycleEvent.Start(var invocation) -> {
        long bytes = invocation.payload().size();
        note(to -> to.request(function, bytes));
      }
      case LifecycleEvent.RuntimeDone e -> {
        long bytes = e.producedBytes();
        List<Span> spans = e.spans();
        if (!spans.isEmpty()) {
          note(to -> {
            to.response(function, bytes);
            to.spans(function, spans);
          });
        }
      }
      case LifecycleEvent.Report e -> {
        Status status = e.status();
        long nanos = e.durationNanos();
        List<Span> spans = e.spans();
        note(to -> to.invocation(function, status, nanos, spans));
        Long bytes = e.producedBytes();
        if (bytes != null) {
          note(to -> to.response(function, bytes));
        }
        error(function, status, e.errorType());
      }
      case LifecycleEvent.InitStart e -> {}
      case LifecycleEvent.InitRuntimeDone e -> {}
      case LifecycleEvent.ExtensionInit e -> {}
      case LifecycleEvent.Subscription e -> {}
      case LifecycleEvent.ImageErrorLog e -> {}
      case LifecycleEvent.RestoreStart e -> {}
      case LifecycleEvent.RestoreRuntimeDone e -> {}
      case LifecycleEvent.IdleExit e -> {}
      case LifecycleEvent.ErrorDetails e -> {}
      case LifecycleEvent.Fault e -> {}
      case LifecycleEvent.End e -> {}
    }
  }

  private void error(String function, Status status, @Nullable String errorType) {
    if (status == Status.TIMEOUT) {
      note(to -> to.error(function, "Sandbox.Timedout"));
    } else if (errorType != null) {
      note(to -> to.error(function, errorType));
    }
  }

  /** A note must keep nothing but its measurement in memory. */
  private void note(Consumer<Meters> note) {
    Meters loaded;
    boolean load;
    synchronized (this) {
      loaded = meters;
      if (loaded == null) {
        noted.add(note);
      }
      load = loaded == null && !loading && noted.size() >= MAX_NOTED;
      loading |= load;
    }
    if (loaded != null) {
      note.accept(loaded);
    } else if (load) {
      Thread.ofPlatform().daemon().name("rapid-meters").start(this::load);
    }
  }

  private void load() {
    Meters unused = loaded();
  }

  /** The first thread loads the meters; others wait for it. */
  private Meters loaded() {
    synchronized (loader) {
      synchronized (this) {
        if (meters != null) {
          return meters;
        }
        loading = true;
      }
      Meters fresh = new Meters();
      while (true) {
        List<Consumer<Meters>> notes;
        synchronized (this) {
          notes = new ArrayList<>(bound);
          notes.addAll(noted);
          bound.clear();
          noted = new ArrayList<>();
          if (notes.isEmpty()) {
            meters = fresh;
            return fresh;
          }
        }
        notes.forEach(note -> note.accept(fresh));
      }
    }
  }

  /**
   * Returns all meters in Prometheus' text format. May take long the first time; not for an I/O
   * thread.
   */
  public String scrape() {
    return loaded().scrape();
  }
}
