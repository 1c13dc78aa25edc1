package dev.rapid.core.extension;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One extension of the running generation (contract runtime-extensions-telemetry, sections 2.2 and
 * 2.3). A value: each method returns what the extension is afterwards.
 *
 * @param name the identity by which it registers
 * @param kind whether it is a process of its own
 * @param id what its calls carry, empty before it has registered
 * @param alive whether it has a process of its own that runs
 * @param events what it subscribed to
 * @param poll the poll that waits for an event, null if there is none
 * @param due the event that it is to be given with its next poll, null if there is none
 * @param given the event that it was given last, null if none
 * @param answered the poll that {@code given} was the answer to, null if there is none
 * @param polled whether it has asked for an event since it registered
 * @param busy whether it was called for the invocation and has not asked for more since
 * @param errorType what it reported, or why it could not be started; empty if all is well
 * @param changedNanos when {@code state} changed, as a reading of the nano clock
 */
public record Extension(
    String name,
    Kind kind,
    String id,
    ExtensionState state,
    boolean alive,
    Set<ExtensionEventType> events,
    @Nullable ExtensionNextCall poll,
    @Nullable ExtensionEventType due,
    @Nullable ExtensionEventType given,
    @Nullable ExtensionNextCall answered,
    boolean polled,
    boolean busy,
    String errorType,
    long changedNanos) {

  /** How many extensions a sandbox has at the most, external and internal together. */
  public static final int LIMIT = 10;

  private static final int LONGEST_SHOWN = 127;
  private static final Pattern CONTROL_CHARACTERS = Pattern.compile("\\p{Cntrl}");

  /** Where an extension runs. */
  public enum Kind {
    /** In a process of its own, which Rapid starts. */
    EXTERNAL,
    /** Inside the runtime's process. */
    INTERNAL
  }

  /** Returns an external extension whose process is being started. */
  public static Extension started(String name, long nowNanos) {
    return fresh(name, Kind.EXTERNAL, "", ExtensionState.STARTED, true, Set.of(), nowNanos);
  }

  /** Returns an internal extension that registers. */
  public static Extension internal(
      Registration registration, Set<ExtensionEventType> events, long nowNanos) {
    return fresh(
        registration.name(),
        Kind.INTERNAL,
        registration.id(),
        ExtensionState.REGISTERED,
        false,
        events,
        nowNanos);
  }

  private static Extension fresh(
      String name,
      Kind kind,
      String id,
      ExtensionState state,
      boolean alive,
      Set<ExtensionEventType> events,
      long nowNanos) {
    return new Extension(
        name, kind, id, state, alive, events, null, null, null, null, false, false, "", nowNanos);
  }

  /**
   * Returns a name or an error type of an extension as people are shown it: on one line and not
   * endless, whatever the extension chose.
   */
  public static String forPeople(String text) {
    String line = CONTROL_CHARACTERS.matcher(text).replaceAll("?");
    return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "...";
  }

  /** Returns whether it is a process of its own. */
  public boolean isExternal() {
    return kind == Kind.EXTERNAL;
  }

  /** Returns whether it subscribed to {@code event}. */
  public boolean wants(ExtensionEventType event) {
    return events.contains(event);
  }

  /** It registered. */
  public Extension registered(String newId, Set<ExtensionEventType> wanted, long nowNanos) {
    return fresh(name, kind, newId, ExtensionState.REGISTERED, alive, wanted, nowNanos);
  }

  /** It waits for an event, and is done with the one that it had. */
  public Extension waiting(ExtensionNextCall call, long nowNanos) {
    Change change = new Change(this).state(ExtensionState.READY, nowNanos);
    change.poll = call;
    change.answered = null;
    change.polled = true;
    change.busy = busy && due != null;
    return change.made();
  }

  /** An event waits for its next poll. */
  public Extension owing(ExtensionEventType event) {
    Change change = new Change(this);
    change.due = event;
    change.busy = busy || event == ExtensionEventType.INVOKE;
    return change.made();
  }

  /** Its poll was answered with the event that was due. */
  public Extension answered(long nowNanos) {
    Change change = new Change(this).state(ExtensionState.RUNNING, nowNanos);
    change.poll = null;
    change.due = null;
    change.given = due;
    change.answered = poll;
    return change.made();
  }

  /** The answer to its poll was lost: it has not got the event, which is due again. */
  public Extension unanswered(@Nullable ExtensionEventType dueNow, long nowNanos) {
    Change change = new Change(this).state(ExtensionState.READY, nowNanos);
    change.poll = null;
    change.due = dueNow;
    change.given = null;
    change.answered = null;
    return change.made();
  }

  /** Its poll has gone. */
  public Extension withoutPoll() {
    Change change = new Change(this);
    change.poll = null;
    return change.made();
  }

  /** It reported an error, or could not be started. */
  public Extension failed(ExtensionState error, String type, long nowNanos) {
    Change change = new Change(this).state(error, nowNanos);
    change.alive = alive && error != ExtensionState.LAUNCH_ERROR;
    change.errorType = type;
    return change.made();
  }

  /** Its process ended outside of a shutdown, or before it had the shutdown event. */
  public Extension ended() {
    return endedAs(state, changedNanos);
  }

  /** Its process ended after it had the shutdown event. */
  public Extension endedAs(ExtensionState end, long nowNanos) {
    Change change = new Change(this).state(end, nowNanos);
    change.alive = false;
    change.poll = null;
    change.due = null;
    change.answered = null;
    change.busy = false;
    return change.made();
  }

  /** A copy in the making, of which only what changes is set. */
  private static final class Change {

    private final Extension before;
    private ExtensionState state;
    private boolean alive;
    private @Nullable ExtensionNextCall poll;
    private @Nullable ExtensionEventType due;
    private @Nullable ExtensionEventType given;
    private @Nullable ExtensionNextCall answered;
    private boolean polled;
    private boolean busy;
    private String errorType;
    private long changedNanos;

    Change(Extension before) {
      this.before = before;
      state = before.state;
      alive = before.alive;
      poll = before.poll;
      due = before.due;
      given = before.given;
      answered = before.answered;
      polled = before.polled;
      busy = before.busy;
      errorType = before.errorType;
      changedNanos = before.changedNanos;
    }

    Change state(ExtensionState next, long nowNanos) {
      state = next;
      changedNanos = nowNanos;
      return this;
    }

    Extension made() {
      return new Extension(
          before.name,
          before.kind,
          before.id,
          state,
          alive,
          before.events,
          poll,
          due,
          given,
          answered,
          polled,
          busy,
          errorType,
          changedNanos);
    }
  }
}
