package dev.rapid.core.fleet;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.mailbox.Mailbox;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.sandbox.SandboxState;
import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes of one function and the invocations that wait for them: feeds events to the {@link
 * FleetMachine} in order and carries out its effects.
 *
 * <p>It has no thread and no lock: see {@link Mailbox}.
 */
public final class Fleet {

  private static final Logger LOG = System.getLogger(Fleet.class.getName());

  private final FleetMachine machine;
  private final SandboxFactory sandboxes;
  private final NanoClock clock;
  private final Alarm timer;
  private final @Nullable ProgramLimit limit;
  private final @Nullable MemoryBudget memory;
  private final Mailbox<FleetEvent> events = new Mailbox<>(this::handle, LOG);
  private final Map<Integer, Sandbox> made = new ConcurrentHashMap<>();

  // Only the mailbox uses them: by the numbers of requests, and by those of sandboxes.
  private final Map<Integer, SandboxMemory> requested = new HashMap<>();
  private final Map<Integer, SandboxMemory> used = new HashMap<>();

  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  private volatile FleetState state;

  /**
   * Creates a fleet and its first sandbox, which is cold.
   *
   * @param sandboxes makes the sandboxes; what it throws for the first one is thrown on
   */
  public Fleet(FleetConfig config, SandboxFactory sandboxes, Timers timers, NanoClock clock) {
    this(config, sandboxes, timers, clock, null, null);
  }

  /**
   * Creates a fleet and its first sandbox, which is cold.
   *
   * @param sandboxes makes the sandboxes; what it throws for the first one is thrown on
   * @param limit how many invocations this fleet and others run at once, null for no limit
   * @param memory what the sandboxes of this fleet and others have at once, null for no limit. A
   *     fleet whose sandboxes need more than the total rejects all invocations
   */
  public Fleet(
      FleetConfig config,
      SandboxFactory sandboxes,
      Timers timers,
      NanoClock clock,
      @Nullable ProgramLimit limit,
      @Nullable MemoryBudget memory) {
    this(new FleetMachine(), config, sandboxes, timers, clock, limit, memory);
  }

  Fleet(
      FleetMachine machine,
      FleetConfig config,
      SandboxFactory sandboxes,
      Timers timers,
      NanoClock clock,
      @Nullable ProgramLimit limit,
      @Nullable MemoryBudget memory) {
    this.machine = machine;
    this.sandboxes = sandboxes;
    this.clock = clock;
    this.timer = new Alarm(timers, clock, () -> events.post(new FleetEvent.TimerFired()));
    this.limit = limit;
    this.memory = memory;
    this.state = FleetState.initial(limited(config), clock.nanoTime());
    for (MemberState each : state.members()) {
      create(each.number(), each.provisioned());
    }
  }

  private FleetConfig limited(FleetConfig config) {
    FleetConfig limited = limit == null ? config.withoutProgramLimit() : config;
    if (memory == null || config.attached()) {
      return limited.megabytes() == 0 ? limited : limited.withMemory(0);
    }
    return config.megabytes() > memory.totalMegabytes() ? limited.withMaxSandboxes(0) : limited;
  }

  // ------------------------------------------------------------------ callers

  /**
   * Initialises the sandboxes that exist before there is work: the provisioned ones, or one.
   * Provisioned sandboxes are kept from now on.
   */
  public void initialise() {
    events.post(new FleetEvent.Begun());
  }

  /** Runs {@code invocation} as soon as a sandbox is free; its sink gets exactly one outcome. */
  public void invoke(Invocation invocation) {
    events.post(new FleetEvent.InvokeRequested(invocation, aboutToBeFree(invocation)));
  }

  /** Returns how many sandboxes that could run it have answered all that they run. */
  private int aboutToBeFree(Invocation invocation) {
    int count = 0;
    FleetState now = state;
    for (MemberState each : now.members()) {
      if (each.running() > 0
          && !each.outdated()
          && FleetMachine.suits(now.config(), each, invocation)) {
        Sandbox sandbox = made.get(each.number());
        count += sandbox != null && sandbox.state().phase().hasAnsweredAll() ? 1 : 0;
      }
    }
    return count;
  }

  /**
   * Takes back an invocation whose caller has gone, if it has not begun. An invocation that runs is
   * not disturbed (contract invoke-api, section 7.1).
   */
  public void callerGone(Invocation invocation) {
    events.post(new FleetEvent.CallerGone(invocation));
  }

  /**
   * The caller of an invocation does not want it any more. If it has not begun, it is rejected; if
   * it runs, it is ended, if need be with the processes that run it.
   */
  public void cancel(Invocation invocation) {
    events.post(new FleetEvent.InvocationCancelled(invocation));
  }

  /**
   * Takes a sandbox for one client, who then decides what it runs; callers wait until the
   * reservation is released.
   *
   * @param then gets the reservation; null if a sandbox is reserved already, if all run invocations
   *     or if the function ends. Usually called before this method returns
   */
  public void reserve(Consumer<@Nullable Reservation> then) {
    events.post(
        new FleetEvent.ReservationRequested(
            member -> then.accept(member == null ? null : new Reservation(member))));
  }

  /** A sandbox that one client has for itself. */
  public final class Reservation {

    private final int member;
    private final AtomicBoolean released = new AtomicBoolean();

    private Reservation(int member) {
      this.member = member;
    }

    /**
     * Runs an invocation; its sink gets exactly one outcome, also if the reservation is released
     * before. If it is {@link Invocation#reserved}, the client enforces its timeout and resets the
     * sandbox after a failure.
     */
    public void invoke(Invocation invocation) {
      events.post(new FleetEvent.ReservedInvokeRequested(member, invocation));
    }

    /**
     * Gives the sandbox back. An invocation that still runs goes on, and counts until it has ended.
     * Repeated calls do no harm.
     */
    public void release() {
      if (released.compareAndSet(false, true)) {
        events.post(new FleetEvent.ReservationReleased(member));
      }
    }
  }

  // ------------------------------------------------------------------ renewal

  /**
   * Announces that the function will perhaps be renewed soon, for example because its code is being
   * written. No init begins until then, because it could find half of the code; sandboxes that are
   * there go on.
   *
   * @param untilNanos when to stop waiting for {@link #renew}
   */
  public void expectRenewal(long untilNanos) {
    events.post(new FleetEvent.RenewalExpected(untilNanos));
  }

  /**
   * Replaces all sandboxes, because the code or the settings of the function have changed.
   * Invocations that run go on; those that wait, and all later ones, get sandboxes that the factory
   * makes after this call. The sandbox of a runtime that the user starts stays; one that is
   * reserved stays until it is released.
   *
   * @param config the limits from now on
   */
  public void renew(FleetConfig config) {
    events.post(new FleetEvent.Renewed(limited(config)));
  }

  /**
   * Ends the sandboxes as soon as all invocations that are there have ended. No further one may
   * come.
   *
   * @return completes when no process of the function is left
   */
  public CompletableFuture<Void> retire() {
    events.post(new FleetEvent.RetirementRequested());
    return terminated;
  }

  // ------------------------------------------------------------------ what there is

  /** Returns the sandboxes at this moment, in the order of their numbers. */
  public List<Member> members() {
    List<Member> members = new ArrayList<>();
    for (MemberState each : state.members()) {
      Sandbox sandbox = made.get(each.number());
      if (sandbox != null) {
        members.add(new Member(each.number(), each.provisioned(), each.running(), sandbox));
      }
    }
    members.sort((a, b) -> Integer.compare(a.number(), b.number()));
    return members;
  }

  /** Returns the states of all sandboxes at this moment. */
  public List<SandboxState> states() {
    return members().stream().map(member -> member.sandbox().state()).toList();
  }

  /**
   * Returns the oldest sandbox.
   *
   * @throws IllegalStateException if there is no sandbox
   */
  public Sandbox first() {
    List<Member> members = members();
    if (members.isEmpty()) {
      throw new IllegalStateException("There is no sandbox");
    }
    return members.getFirst().sandbox();
  }

  /** Returns how many invocations wait for a sandbox. */
  public int waitingCount() {
    return state.waiting().size();
  }

  /**
   * Rejects all that wait and ends the sandboxes.
   *
   * @return completes when no process of the function is left
   */
  public CompletableFuture<Void> shutDown() {
    events.post(new FleetEvent.ShutdownRequested());
    return terminated;
  }

  // ------------------------------------------------------------------ events and effects

  private void handle(FleetEvent event) {
    FleetTransition transition;
    try {
      transition = machine.apply(state, event, clock.nanoTime());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Could not decide about " + event, e);
      return;
    }
    state = transition.next();
    if (LOG.isLoggable(Level.TRACE)) {
      LOG.log(Level.TRACE, "{0} -> {1}", event, transition.effects());
    }
    for (FleetEffect effect : transition.effects()) {
      try {
        carryOut(effect);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "Could not carry out " + effect, e);
      }
    }
    if (memory != null && memory.isAwaited() && isAnyDispensable()) {
      memory.look();
    }
    if (event instanceof FleetEvent.InvocationEnded ended) {
      ended.invocation().payload().release();
    }
  }

  private boolean isAnyDispensable() {
    FleetState now = state;
    for (MemberState each : now.members()) {
      if (Starts.isDispensable(now, each)) {
        return true;
      }
    }
    return false;
  }

  private void carryOut(FleetEffect effect) {
    switch (effect) {
      case FleetEffect.Create e -> createLater(e.member(), e.provisioned());
      case FleetEffect.Initialise e -> post(e.member(), new SandboxEvent.InitRequested());
      case FleetEffect.Run e -> post(e.member(), new SandboxEvent.InvokeRequested(e.invocation()));
      case FleetEffect.PassCallerGone e ->
          made.keySet().forEach(each -> post(each, new SandboxEvent.CallerGone(e.invocation())));
      case FleetEffect.PassCancelled e ->
          made.keySet()
              .forEach(each -> post(each, new SandboxEvent.InvocationCancelled(e.invocation())));
      case FleetEffect.ShutDown e -> {
        SandboxMemory its = used.get(e.member());
        if (its != null) {
          its.claim().ending();
        }
        post(e.member(), new SandboxEvent.ShutdownRequested());
      }
      case FleetEffect.Forget e -> {
        made.remove(e.member());
        release(used.remove(e.member()));
      }
      case FleetEffect.Complete e -> {
        e.invocation().sink().complete(e.outcome());
        e.invocation().payload().release();
      }
      case FleetEffect.AnswerReservation e -> e.call().answer(e.member());
      case FleetEffect.RequestPermit e -> requestPermit(e.mayWait());
      case FleetEffect.ReturnPermit e -> {
        if (limit != null) {
          limit.release();
        }
      }
      case FleetEffect.RequestMemory e -> requestMemory(e);
      case FleetEffect.WithdrawMemory e -> release(requested.remove(e.request()));
      case FleetEffect.UseMemory e -> useMemory(e.request(), e.member());
      case FleetEffect.KeepMemory e -> {
        SandboxMemory its = used.get(e.member());
        if (its != null) {
          its.claim().kept();
        }
      }
      case FleetEffect.ArmTimer e -> timer.set(e.atNanos());
      case FleetEffect.CancelTimer e -> timer.clear();
      case FleetEffect.AnnounceTermination e -> terminated.complete(null);
    }
  }

  private void requestPermit(boolean mayWait) {
    if (limit == null) {
      return;
    }
    if (mayWait && !limit.isZero()) {
      limit.acquire(() -> events.post(new FleetEvent.PermitGranted()));
    } else {
      events.post(
          limit.tryAcquire()
              ? new FleetEvent.PermitGranted()
              : new FleetEvent.PermitRefused(limit.refusal()));
    }
  }

  private void requestMemory(FleetEffect.RequestMemory e) {
    if (memory != null) {
      requested.put(
          e.request(), new SandboxMemory(memory, e.request(), e.megabytes(), e.mayWait()));
    }
  }

  private void useMemory(int request, int member) {
    SandboxMemory its = requested.remove(request);
    if (its != null) {
      its.member = member;
      used.put(member, its);
    }
  }

  private static void release(@Nullable SandboxMemory memory) {
    if (memory != null) {
      memory.claim().release();
    }
  }

  /** Posts to a sandbox; one that could not be made gets nothing. */
  private void post(int member, SandboxEvent event) {
    Sandbox sandbox = made.get(member);
    if (sandbox != null) {
      sandbox.post(event);
    }
  }

  private void createLater(int member, boolean provisioned) {
    try {
      create(member, provisioned);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Could not make sandbox " + member, e);
      String message = "Could not make a sandbox: " + e.getMessage();
      events.post(new FleetEvent.CreationFailed(member, message));
    }
  }

  private void create(int number, boolean provisioned) {
    Place place = new Place(number, provisioned);
    Sandbox sandbox = sandboxes.create(place);
    place.sandbox = sandbox;
    made.put(number, sandbox);
    var ignored =
        sandbox.terminated().thenRun(() -> events.post(new FleetEvent.Terminated(number)));
  }

  /** The memory of a sandbox, or of one to come. */
  private final class SandboxMemory implements MemoryBudget.Claimant {

    private static final int NONE = 0;

    private final int request;
    private final MemoryBudget.Claim claim;
    private volatile int member = NONE;

    SandboxMemory(MemoryBudget budget, int request, int megabytes, boolean mayWait) {
      this.request = request;
      this.claim = budget.claim(megabytes, mayWait, this);
    }

    MemoryBudget.Claim claim() {
      return claim;
    }

    @Override
    public void granted() {
      events.post(new FleetEvent.MemoryGranted(request));
    }

    @Override
    public void delayed(boolean soon) {
      events.post(new FleetEvent.MemoryDelayed(request, soon));
    }

    @Override
    public boolean isIdle() {
      FleetState now = state;
      MemberState its = now.member(member);
      return its != null && Starts.isDispensable(now, its);
    }

    @Override
    public boolean isAboutToBeIdle() {
      MemberState its = state.member(member);
      Sandbox sandbox = made.get(member);
      return its != null
          && sandbox != null
          && (its.running() == 0
              ? its.phase() == MemberPhase.RESETTING
              : sandbox.state().phase().hasAnsweredAll());
    }

    @Override
    public void end() {
      events.post(new FleetEvent.EvictionRequested(member));
    }
  }

  /** What a sandbox reports to. */
  private final class Place implements Membership {

    private final int number;
    private final boolean provisioned;
    private volatile @Nullable Sandbox sandbox;

    /** Only the thread uses it that handles an event of the sandbox. */
    private volatile MemberPhase phase = MemberPhase.COLD;

    Place(int number, boolean provisioned) {
      this.number = number;
      this.provisioned = provisioned;
    }

    @Override
    public int number() {
      return number;
    }

    @Override
    public boolean provisioned() {
      return provisioned;
    }

    @Override
    public void ended(Invocation invocation) {
      Sandbox known = sandbox;
      MemberPhase now = known == null ? phase : MemberPhase.of(known.state().phase());
      events.post(new FleetEvent.InvocationEnded(number, invocation, now, error()));
    }

    @Override
    public void entered(Phase entered) {
      MemberPhase now = MemberPhase.of(entered);
      if (now != phase) {
        phase = now;
        events.post(new FleetEvent.PhaseEntered(number, now, error()));
      }
    }

    private @Nullable ErrorType error() {
      Sandbox known = sandbox;
      return known == null ? null : known.state().firstError();
    }
  }
}
