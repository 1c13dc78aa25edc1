package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerSlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What must stay true of a sandbox and its fleet, whatever happens around them. It watches and
 * knows nothing of who drives.
 */
final class Invariants {

  /** A head and a body; what was sent this long ago has been read. */
  private static final Duration MAX_TRANSPORT = SimulatedProcess.MAX_TRANSPORT.multipliedBy(2);

  /** All that is known of one invocation. */
  private static final class Story {

    private final int arrival;
    private final Duration timeout;
    private @Nullable Outcome outcome;
    private boolean handedOver;
    private boolean ended;
    private boolean cancelled;
    private boolean started;
    private boolean streamBegan;
    private boolean runtimeDone;
    private boolean endTold;
    private boolean reported;
    private boolean received;
    private String delivery = "";
    private int deliveries;
    private int dispatches;
    private boolean timedOutByWorker;
    private @Nullable BooleanSupplier connectionClosed;
    private boolean truncated;
    private boolean lateRefused;
    private long truncatedNanos;
    private int repliesSent;
    private boolean replyArrived;
    private boolean completeReplySent;
    private long completeReplyNanos;
    private long handedOverNanos;

    Story(int arrival, Duration timeout) {
      this.arrival = arrival;
      this.timeout = timeout;
    }
  }

  private final SandboxConfig config;
  private final boolean attached;
  private final VirtualTime time;
  private final Map<String, Story> stories = new LinkedHashMap<>();
  private final List<CountedPayload> payloads = new ArrayList<>();
  private final Map<Object, String> arrivingPayloads = new LinkedHashMap<>();
  private final Set<ProcessName> alive = new LinkedHashSet<>();
  private final Map<Object, String> unanswered = new LinkedHashMap<>();
  private int subscribing;
  private boolean subscriptionsOpen;
  private boolean frozen;
  private int settling;
  private boolean openRestore;
  private boolean restoreRuntimeDone;
  private boolean restoreFailed;
  private boolean anyReserved;
  private boolean runtimeLaunched;
  private boolean stopping;
  private boolean resetting;
  private final Set<Story> inSandbox = new LinkedHashSet<>();
  private final Set<Story> open = new LinkedHashSet<>();
  private @Nullable InitPhase openInit;
  private boolean initRuntimeDone;
  private long initTimedOutNanos = Long.MIN_VALUE;
  private int lastStarted = -1;
  private int brokenGeneration;
  private long lastEndNanos = Long.MIN_VALUE;
  private long exitNanos;
  private boolean shutdownRequested;
  private boolean recovered;

  Invariants(SandboxConfig config, VirtualTime time) {
    this.config = config;
    this.attached = config.owner() == RuntimeOwner.USER;
    this.time = time;
  }

  private static void check(boolean truth, String broken) {
    if (!truth) {
      throw new AssertionError(broken);
    }
  }

  private static void check(boolean truth, String broken, Object detail) {
    if (!truth) {
      throw new AssertionError(broken + ": " + detail);
    }
  }

  private Story story(Invocation invocation) {
    return story(invocation.requestId());
  }

  private Story story(String requestId) {
    Story story = stories.get(requestId);
    if (story == null) {
      throw new AssertionError("an invocation that never arrived: " + requestId);
    }
    return story;
  }

  // ---------------------------------------------------------------- callers

  int nextArrival() {
    return stories.size();
  }

  void arrived(Invocation invocation) {
    stories.put(invocation.requestId(), new Story(stories.size(), invocation.function().timeout()));
    anyReserved |= invocation.reserved();
  }

  void shutdownRequested() {
    shutdownRequested = true;
  }

  /** A caller has cancelled, and knows what became of it unless the sandbox is not done. */
  void cancelled(Invocation invocation, boolean pending) {
    Story story = story(invocation);
    story.cancelled = true;
    check(pending || story.outcome != null, "a cancelled invocation goes on", invocation);
  }

  /** Returns whether the last restore failed. */
  boolean restoreFailed() {
    return restoreFailed;
  }

  boolean hasOutcome(Invocation invocation) {
    return story(invocation).outcome != null;
  }

  void completed(String requestId, Outcome outcome) {
    Story story = story(requestId);
    check(story.outcome == null, "a second outcome of " + requestId, outcome);
    story.outcome = outcome;
    if (story.truncated) {
      check(
          !(outcome instanceof Outcome.Returned) && !(outcome instanceof Outcome.Reported),
          "took a reply that broke off",
          requestId);
      check(
          time.nanoTime() - story.truncatedNanos <= SandboxConfig.EXIT_TIME.toNanos(),
          "waited too long after a reply that broke off",
          requestId);
    }
    switch (outcome) {
      case Outcome.Returned(Payload payload, var contentType) -> payload.release();
      case Outcome.Reported(var type, var reported, Payload payload, var contentType) ->
          payload.release();
      case Outcome.Failed(ErrorType error, var type, var message) ->
          failedInTime(requestId, story, error);
      case Outcome.Streamed e ->
          check(story.streamBegan, "a stream without a beginning", requestId);
      case Outcome.RestoreFailed(boolean timedOut, var message) ->
          check(
              !config.initsAfterFailedRestore() || timedOut || anyReserved,
              "a failed restore instead of an init",
              requestId);
      case Outcome.Rejected(Outcome.Rejection rejection) ->
          check(
              switch (rejection) {
                case SHUTTING_DOWN -> shutdownRequested;
                case CALLER_GONE -> true;
                case FUNCTION_BUSY, PROGRAM_BUSY -> story.dispatches == 0;
              },
              "rejected without a reason",
              requestId);
    }
  }

  void dispatched(String requestId) {
    Story story = story(requestId);
    check(story.outcome == null || recovered, "dispatched after its outcome", requestId);
    story.dispatches++;
  }

  void streamBegan(String requestId) {
    Story story = story(requestId);
    check(!story.streamBegan, "a stream began twice", requestId);
    check(
        story.outcome == null
            || story.outcome instanceof Outcome.Failed
            || story.cancelled
            || resetting
            || shutdownRequested,
        "a stream began after its outcome",
        requestId);
    story.streamBegan = true;
  }

  void streamWritten(String requestId) {
    check(story(requestId).streamBegan, "bytes of a stream that has not begun", requestId);
  }

  void streamCompleted(String requestId, Outcome outcome) {
    check(
        story(requestId).streamBegan || !(outcome instanceof Outcome.Streamed),
        "the end of a stream that has not begun",
        requestId);
    check(!(outcome instanceof Outcome.Returned), "a stream was collected", requestId);
  }

  private void failedInTime(String requestId, Story story, ErrorType error) {
    if (resetting) {
      return;
    }
    boolean initTimedOut = !config.initsInsideInvocation() && initTimedOutNanos == time.nanoTime();
    if (error == ErrorType.SANDBOX_TIMEDOUT && !initTimedOut && !story.timedOutByWorker) {
      check(
          time.nanoTime() - story.handedOverNanos >= story.timeout.toNanos(),
          "timed out too early",
          requestId);
    }
    if (error == ErrorType.SANDBOX_TIMEDOUT
        || error == ErrorType.RUNTIME_EXIT_ERROR
        || error == ErrorType.RUNTIME_UNKNOWN) {
      check(
          !story.completeReplySent
              || story.repliesSent > 1
              || story.deliveries > 1
              || time.nanoTime() - story.completeReplyNanos <= MAX_TRANSPORT.toNanos(),
          "lost a reply that was sent in time",
          requestId);
    }
  }

  // ---------------------------------------------------------------- the machine

  /** A rule threw: what it had to do in time may be late or lost. */
  void recovers() {
    recovered = true;
  }

  void transition(
      SandboxState before,
      SandboxEvent event,
      Transition transition,
      List<SimulatedExtension> extensions) {
    resetting = event instanceof SandboxEvent.ResetRequested;
    stopping = transition.next().phase().stop() != null;
    if (isIdle(transition.next()) && !isIdle(before) && !attached) {
      for (SimulatedExtension extension : extensions) {
        check(!extension.isWorking(), "did not wait for an extension", extension.name());
      }
    }
    if (event instanceof SandboxEvent.TelemetrySettled(int generation)
        && generation == subscribing) {
      settling = Math.max(0, settling - 1);
    }
    for (Effect effect : transition.effects()) {
      if (effect instanceof Effect.StartRuntime) {
        runtimeLaunched = true;
      }
      freezes(effect, transition.next(), extensions);
      check(
          !(effect instanceof Effect.Deliver) || brokenGeneration != before.generation(),
          "gave an invocation to a worker that is broken",
          effect);
    }
    if (event instanceof SandboxEvent.WorkerBroken e && !attached) {
      brokenGeneration = e.generation();
    }
    if (event instanceof SandboxEvent.InvokeRequested(Invocation invocation)) {
      Story story = story(invocation);
      check(
          inSandbox.size() < config.capacity(),
          "handed over to a sandbox without room",
          invocation);
      check(!story.handedOver, "handed over twice", invocation);
      story.handedOver = true;
      story.handedOverNanos = time.nanoTime();
      inSandbox.add(story);
    }
    fits(transition.next());
    if (config.capacity() > 1 && !recovered) {
      timeoutEndsNoOther(before, event, transition.next());
    }
    if (event instanceof SandboxEvent.RuntimeExited(int generation, var exit)
        && generation == before.generation()) {
      exitNanos = time.nanoTime();
    }
    for (Effect effect : transition.effects()) {
      if (effect instanceof Effect.Complete(var invocation, Outcome outcome)) {
        completes(before, event, invocation, outcome);
      }
    }
    if (before.phase() instanceof Phase.Terminated) {
      check(
          transition.next().phase() instanceof Phase.Terminated,
          "a sandbox came back",
          transition.next());
    }
    if (before.phase() instanceof Phase.Initializing p && p.failure() != null) {
      Phase next = transition.next().phase();
      check(!(next instanceof Phase.Serving), "an init succeeded whose runtime had exited", next);
    }
    if (transition.next().phase() instanceof Phase.Terminated) {
      check(alive.isEmpty(), "a process outlives its sandbox", alive);
    }
  }

  /** Follows which processes are stopped; what needs them comes after they go on. */
  private void freezes(Effect effect, SandboxState next, List<SimulatedExtension> extensions) {
    switch (effect) {
      case Effect.Freeze(int generation) -> {
        check(config.freezes() && !frozen, "froze what must not be frozen", next);
        check(isIdle(next) && inSandbox.isEmpty(), "froze while an invocation runs", next);
        check(!next.slots().isEmpty(), "froze a runtime that does not wait", next);
        check(settling == 0, "froze before telemetry was delivered", next);
        check(
            lastEndNanos == Long.MIN_VALUE
                || time.nanoTime() - lastEndNanos >= config.freezeDelay().toNanos(),
            "froze too early",
            next);
        check(generation == next.generation(), "froze another generation", next);
        for (SimulatedExtension extension : extensions) {
          check(!extension.isWorking(), "froze an extension that works", extension.name());
        }
        frozen = true;
      }
      case Effect.Thaw e -> {
        check(frozen, "let go on what was not stopped", next);
        frozen = false;
      }
      case Effect.Deliver e -> check(!frozen, "gave an invocation to a stopped runtime", e);
      case Effect.DeliverInvoke e -> check(!frozen, "called a stopped extension", e);
      case Effect.DeliverShutdown e -> check(!frozen, "told a stopped extension of the end", e);
      case Effect.TerminateRuntime e -> check(!frozen, "asked a stopped runtime to end", e);
      case Effect.Restored e -> check(!frozen, "restored a stopped runtime", e);
      case Effect.StopProcesses e -> check(!frozen, "ends stopped processes", e);
      case Effect.StartRuntime e -> check(!frozen, "starts beside stopped processes", e);
      case Effect.FlushSubscribers e -> check(!frozen, "flushes to stopped subscribers", e);
      default -> {}
    }
  }

  void telemetrySettles(int generation) {
    check(config.freezes(), "settles telemetry without a reason", generation);
    check(generation == subscribing, "settles another generation", generation);
    settling++;
  }

  private void fits(SandboxState state) {
    int taken = state.running().size() + state.waiting().size();
    check(taken <= config.capacity(), "more invocations than the capacity", state);
    for (RunningInvocation each : state.running()) {
      boolean reached = each.status() != InvocationStatus.PENDING;
      check(reached == (each.delivery() != null), "a status without its delivery", each);
      check(
          (each.status() == InvocationStatus.REPLYING) == (each.reply() != null),
          "a status without its reply",
          each);
      check(reached || state.slots().isEmpty(), "an event waits although a poll is parked", each);
      check(
          config.capacity() == 1 || each.status() != InvocationStatus.FINISHING,
          "waits for extensions that have no part in it",
          each);
    }
  }

  private static void timeoutEndsNoOther(
      SandboxState before, SandboxEvent event, SandboxState after) {
    if (event.equals(new SandboxEvent.TimerFired(SandboxTimer.DEADLINE))
        && before.phase() instanceof Phase.Serving p
        && p.running().stream().allMatch(each -> each.failure() == null)) {
      check(after.phase() instanceof Phase.Serving, "a timeout ended the runtime of others", after);
    }
  }

  private static boolean isIdle(SandboxState state) {
    return state.phase() instanceof Phase.Serving p && p.isIdle();
  }

  private void completes(
      SandboxState before, SandboxEvent event, Invocation invocation, Outcome outcome) {
    if (outcome instanceof Outcome.Rejected(Outcome.Rejection rejection)) {
      check(
          rejection != Outcome.Rejection.FUNCTION_BUSY, "throttled by a free sandbox", invocation);
    }
    if (outcome instanceof Outcome.Failed(ErrorType error, var type, var message)
        && error == ErrorType.RUNTIME_EXIT_ERROR
        && !before.running().isEmpty()
        && event instanceof SandboxEvent.TimerFired(SandboxTimer timer)
        && timer == SandboxTimer.GRACE) {
      check(
          time.nanoTime() - exitNanos >= config.settleTime().toNanos(),
          "no time for a reply on the wire",
          invocation);
    }
  }

  void available(Invocation invocation) {
    Story story = story(invocation);
    check(inSandbox.remove(story), "ended, but was not in the sandbox", invocation);
    check(!story.ended, "ended twice", invocation);
    check(!story.started || story.reported, "ended without a report", invocation);
    check(story.outcome != null, "ended without an outcome", invocation);
    story.ended = true;
    lastEndNanos = time.nanoTime();
  }

  // ---------------------------------------------------------------- telemetry

  void lifecycleEvent(LifecycleEvent event) {
    switch (event) {
      case LifecycleEvent.InitStart(InitPhase phase) -> {
        check(openInit == null, "an init inside an init");
        check(!attached, "init telemetry of a runtime that the user starts");
        check(!openRestore, "an init inside a restore");
        openInit = phase;
        initRuntimeDone = false;
        runtimeLaunched = false;
      }
      case LifecycleEvent.InitRuntimeDone(InitPhase phase, var status, var type) -> {
        check(openInit == phase && !initRuntimeDone, "an init is done that did not run", event);
        initRuntimeDone = true;
      }
      case LifecycleEvent.InitReport e -> {
        check(
            openInit == e.phase() && (initRuntimeDone || !runtimeLaunched),
            "a report of an init not done",
            event);
        check(e.durationNanos() >= 0, "a negative duration", event);
        check(
            config.initsInsideInvocation() || e.phase() == InitPhase.INIT,
            "an init inside of an invocation that must not be there",
            event);
        initTimedOutNanos = e.status() == Status.TIMEOUT ? time.nanoTime() : Long.MIN_VALUE;
        openInit = null;
      }
      case LifecycleEvent.ExtensionInit e -> check(openInit != null, "an extension's init outside");
      case LifecycleEvent.RestoreStart e -> {
        check(openInit == null && !openRestore, "a restore inside something else");
        openRestore = true;
        restoreRuntimeDone = false;
      }
      case LifecycleEvent.RestoreRuntimeDone e -> {
        check(openRestore && !restoreRuntimeDone, "a restore is done that did not run", event);
        restoreRuntimeDone = true;
      }
      case LifecycleEvent.RestoreReport e -> {
        check(openRestore && restoreRuntimeDone, "a report of a restore not done", event);
        check(e.durationNanos() >= 0, "a negative duration", event);
        openRestore = false;
        restoreFailed = e.status() != Status.SUCCESS;
      }
      case LifecycleEvent.ErrorDetails e -> {}
      case LifecycleEvent.ImageErrorLog e -> check(openInit != null, "a start failed outside", e);
      case LifecycleEvent.Subscription e -> {}
      case LifecycleEvent.IdleExit(var message) ->
          check(open.isEmpty() && openInit == null, "an idle exit while something runs");
      case LifecycleEvent.Start(Invocation invocation) -> {
        Story story = story(invocation);
        check(
            open.size() < config.capacity() && !openRestore,
            "started while another runs",
            invocation);
        check(openInit == null, "started during an init", invocation);
        check(!story.started, "started twice", invocation);
        check(story.arrival > lastStarted, "started before an earlier arrival", invocation);
        story.started = true;
        lastStarted = story.arrival;
        open.add(story);
      }
      case LifecycleEvent.Fault(Invocation invocation, var status, var type, var message) ->
          check(
              open.contains(story(invocation)) && !story(invocation).reported,
              "a fault out of place",
              invocation);
      case LifecycleEvent.RuntimeDone e -> {
        Story story = story(e.invocation());
        check(open.contains(story) && !story.runtimeDone, "done out of place", e.invocation());
        check(e.durationNanos() >= 0, "a negative duration", event);
        spansFit(e.spans(), e.durationNanos(), event);
        story.runtimeDone = true;
      }
      case LifecycleEvent.End(Invocation invocation) -> {
        Story story = story(invocation);
        check(
            open.contains(story) && story.runtimeDone != config.isShared(),
            "an end out of place",
            invocation);
        check(!story.endTold, "ended twice", invocation);
        story.endTold = true;
      }
      case LifecycleEvent.Report e -> {
        Story story = story(e.invocation());
        check(open.contains(story) && story.endTold, "a report out of place", e.invocation());
        check(!story.reported, "reported twice", e.invocation());
        check(e.durationNanos() >= 0, "a negative duration", event);
        spansFit(e.spans(), e.durationNanos(), event);
        story.reported = true;
        open.remove(story);
      }
    }
  }

  void subscriptionsOpen(int generation) {
    check(generation > subscribing, "an old generation opens its subscriptions", generation);
    subscribing = generation;
    settling = 0;
    subscriptionsOpen = true;
  }

  void subscriptionsClose(int generation) {
    check(generation == subscribing && subscriptionsOpen, "closed what is not open", generation);
    subscriptionsOpen = false;
  }

  void subscribersFlush(int generation) {
    check(generation == subscribing, "flushes another generation", generation);
    check(stopping, "flushes without an end", generation);
  }

  void subscriptionsEnd(int generation) {
    check(generation == subscribing, "ends another generation's subscriptions", generation);
  }

  /** Spans follow each other inside of what they are a part of, and end with it at the latest. */
  private static void spansFit(List<Span> spans, long durationNanos, LifecycleEvent event) {
    long before = durationNanos;
    for (Span span : spans) {
      check(span.durationNanos() >= 0, "a negative span", event);
      check(span.startedBeforeNanos() <= before, "a span out of place", event);
      check(span.durationNanos() <= span.startedBeforeNanos(), "a span of the future", event);
      before = span.startedBeforeNanos() - span.durationNanos();
    }
  }

  // ---------------------------------------------------------------- the runtime

  void processStarted(ProcessName process, List<SimulatedExtension> extensions) {
    if (process.extension() == null) {
      for (SimulatedExtension extension : extensions) {
        check(
            extension.isRegistered() || !extension.isExternal(),
            "the runtime did not wait for a registration",
            extension.name());
      }
    }
    for (ProcessName other : alive) {
      check(other.generation() == process.generation(), "started beside another generation", alive);
      check(other.extension() != null, "started beside a runtime", alive);
    }
    check(alive.add(process), "started twice", process);
  }

  void processEnded(ProcessName process) {
    alive.remove(process);
  }

  void stopBegan(int generation) {
    for (ProcessName process : alive) {
      check(process.generation() == generation, "stopped another generation", alive);
    }
  }

  // ---------------------------------------------------------------- extensions

  void toldOfInvocation(String extension, Invocation invocation) {
    Story story = story(invocation);
    check(
        inSandbox.contains(story),
        "an extension was told of an invocation that does not run",
        extension);
    check(story.started && !story.reported, "told of an invocation out of place", extension);
  }

  void toldOfShutdown(String extension) {
    check(stopping, "told of a shutdown that does not happen", extension);
  }

  // ---------------------------------------------------------------- the control API

  /** Somebody waits for an answer; returns what to hand to {@link #answerCame}. */
  Object expectAnswer(String what) {
    Object expected = new Object();
    unanswered.put(expected, what);
    return expected;
  }

  void answerCame(Object expected, Object answer) {
    check(unanswered.remove(expected) != null, "a second answer", answer);
  }

  void resetWithin(Duration budget, ResetResult result) {
    check(result.extensionsResetMillis() >= 0, "a negative duration", result);
    check(
        result.extensionsResetMillis()
            <= Math.max(2000 + config.shutdownGrace().toMillis(), budget.toMillis()),
        "a reset longer than its budget",
        result);
  }

  /** Returns what to hand to {@link #payloadDropped}. */
  Object payloadArrives(String requestId) {
    Object arriving = new Object();
    arrivingPayloads.put(arriving, requestId);
    return arriving;
  }

  void payloadDropped(Object arriving) {
    check(arrivingPayloads.remove(arriving) != null, "a payload was dropped twice");
  }

  void payloadCreated(CountedPayload payload) {
    payloads.add(payload);
  }

  void answered(Object call, boolean before, String how) {
    check(!before, "a call was answered twice, the second time " + how, call);
  }

  void delivered(Invocation invocation, String delivery, BooleanSupplier connectionClosed) {
    Story story = story(invocation);
    check(
        story.connectionClosed == null || story.connectionClosed.getAsBoolean(),
        "given to a second worker",
        invocation);
    story.delivery = delivery;
    story.deliveries++;
    check(
        story.dispatches == story.deliveries,
        "delivered without the caller's knowledge",
        invocation);
    story.connectionClosed = connectionClosed;
  }

  void received(Invocation invocation) {
    Story story = story(invocation);
    check(!story.received || attached, "received twice", invocation);
    story.received = true;
  }

  void replySent(Invocation invocation) {
    story(invocation).repliesSent++;
  }

  /** Returns whether this is the first reply to the last delivery of an invocation. */
  boolean replyArrives(Invocation invocation, String delivery) {
    Story story = story(invocation);
    boolean first = !story.replyArrived && story.delivery.equals(delivery);
    story.replyArrived = true;
    return first;
  }

  void completeReplySent(Invocation invocation) {
    Story story = story(invocation);
    story.completeReplySent = true;
    story.completeReplyNanos = time.nanoTime();
  }

  /** The worker says that an invocation took too long. */
  void timedOutByWorker(Invocation invocation) {
    story(invocation).timedOutByWorker = true;
  }

  void accepted(Invocation invocation) {
    Outcome outcome = story(invocation).outcome;
    check(
        outcome instanceof Outcome.Returned
            || outcome instanceof Outcome.Reported
            || outcome instanceof Outcome.Streamed
            || story(invocation).cancelled
            || story(invocation).timedOutByWorker,
        "accepted a reply, but the caller got something else",
        invocation);
  }

  void refused(Invocation invocation, Refusal refusal, boolean firstReply) {
    Story story = story(invocation);
    if (recovered && refusal instanceof Refusal.PlatformError) {
      return;
    }
    if (refusal instanceof Refusal.TruncatedBody) {
      story.truncated = true;
      story.truncatedNanos = time.nanoTime();
      return;
    }
    if (refusal instanceof Refusal.InvocationTimedOut) {
      check(
          config.isShared()
              && (story.cancelled
                  || (story.outcome
                          instanceof Outcome.Failed(ErrorType error, var type, var message)
                      && error == ErrorType.SANDBOX_TIMEDOUT)),
          "refused as late, but did not time out",
          invocation);
      check(!story.lateRefused, "refused as late twice", invocation);
      story.lateRefused = true;
    }
    boolean aboutTheBody =
        refusal instanceof Refusal.PayloadTooLarge || refusal instanceof Refusal.MalformedReply;
    check(
        !aboutTheBody
            || story.outcome instanceof Outcome.Failed
            || story.outcome instanceof Outcome.Streamed
            || (story.outcome instanceof Outcome.Reported
                && refusal instanceof Refusal.MalformedReply),
        "refused a body without telling the caller",
        invocation);
    check(
        story.outcome != null || !story.received || !firstReply,
        "refused a reply that was in time",
        invocation);
  }

  // ---------------------------------------------------------------- rest

  void pollsAreKept(SandboxState state, List<WorkerSlot> open) {
    if (state.phase() instanceof Phase.Terminated) {
      return;
    }
    for (WorkerSlot call : open) {
      check(state.slots().contains(call), "forgot a poll", call);
    }
  }

  void atRest(int waiting, SandboxState state) {
    check(waiting == 0 && inSandbox.isEmpty(), "somebody waits for ever", state);
    check(unanswered.isEmpty(), "a call without an answer", unanswered);
    check(
        frozen || !config.freezes() || !isIdle(state) || state.slots().isEmpty(),
        "an idle sandbox is not frozen",
        state);
    allHaveOutcomes();
  }

  void atTheEnd(Sandbox sandbox) {
    check(sandbox.terminated().isDone(), "the sandbox does not end", sandbox.state());
    check(sandbox.state().phase() instanceof Phase.Terminated, "told of an end too early");
    check(alive.isEmpty(), "a process outlives its sandbox", alive);
    check(openInit == null, "an init without a report");
    check(!openRestore, "a restore without a report");
    check(unanswered.isEmpty(), "a call without an answer", unanswered);
    check(open.isEmpty(), "an invocation without a report");
    allHaveOutcomes();
    check(arrivingPayloads.isEmpty(), "a payload was not dropped", arrivingPayloads);
    for (CountedPayload payload : payloads) {
      check(payload.readers() == 0, "a payload was not released", payload);
    }
  }

  private void allHaveOutcomes() {
    stories.forEach((requestId, story) -> {
      check(story.outcome != null, "no outcome", requestId);
      check(!story.handedOver || story.ended, "did not end", requestId);
    });
  }
}
