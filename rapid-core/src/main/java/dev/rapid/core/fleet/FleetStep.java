package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transition of a fleet that is being built: the next state, and the effects so far. */
final class FleetStep {

  final long now;
  final List<FleetEffect> effects = new ArrayList<>(4);

  FleetConfig config;
  WaitingLine waiting;
  int running;
  boolean begun;
  @Nullable Integer reserved;
  int failedInits;
  @Nullable Deadline pausedUntil;
  @Nullable Deadline renewalBy;
  int aboutToBeFree;
  Deadline waitedForUntil;
  int permitsRequested;
  int permits;

  /** Unmodifiable. */
  List<MemoryRequest> memoryRequests;

  boolean retiring;
  boolean closing;

  private final FleetState before;
  private List<MemberState> members;
  private boolean ownMembers;
  private int lastNumber;
  private int lastMemoryRequest;

  FleetStep(FleetState state, long now) {
    this.config = state.config();
    this.now = now;
    this.before = state;
    this.members = state.members();
    this.lastNumber = state.lastNumber();
    this.waiting = state.waiting();
    this.running = state.running();
    this.begun = state.begun();
    this.reserved = state.reserved();
    this.failedInits = state.failedInits();
    this.pausedUntil = state.pausedUntil();
    this.renewalBy = state.renewalBy();
    this.aboutToBeFree = state.aboutToBeFree();
    this.waitedForUntil = state.waitedForUntil();
    this.permitsRequested = state.permitsRequested();
    this.permits = state.permits();
    this.memoryRequests = state.memoryRequests();
    this.lastMemoryRequest = state.lastMemoryRequest();
    this.retiring = state.retiring();
    this.closing = state.closing();
  }

  /** Returns the transition; the timer is set to {@code timer}. */
  FleetTransition transition(Deadline timer) {
    if (!timer.equals(before.timer())) {
      effects.add(
          timer.isNever()
              ? new FleetEffect.CancelTimer()
              : new FleetEffect.ArmTimer(timer.nanos()));
    }
    return new FleetTransition(
        new FleetState(
            config,
            ownMembers ? List.copyOf(members) : members,
            waiting,
            lastNumber,
            running,
            begun,
            reserved,
            failedInits,
            pausedUntil,
            renewalBy,
            aboutToBeFree,
            waitedForUntil,
            permitsRequested,
            permits,
            memoryRequests,
            lastMemoryRequest,
            timer,
            retiring,
            closing),
        effects);
  }

  // ------------------------------------------------------------------ sandboxes

  /** Returns the sandboxes; the list changes with them. */
  List<MemberState> members() {
    return members;
  }

  /** Returns the sandboxes at this moment. */
  List<MemberState> snapshot() {
    return List.copyOf(members);
  }

  @Nullable MemberState member(int number) {
    int at = indexOf(number);
    return at < 0 ? null : members.get(at);
  }

  private int indexOf(int number) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).number() == number) {
        return i;
      }
    }
    return -1;
  }

  private List<MemberState> changeable() {
    if (!ownMembers) {
      members = new ArrayList<>(members);
      ownMembers = true;
    }
    return members;
  }

  /** Replaces the sandbox with the same number. */
  void put(MemberState member) {
    changeable().set(indexOf(member.number()), member);
  }

  /** Replaces the sandbox with the same number; it is the most recently used one. */
  void putFirst(MemberState member) {
    int at = indexOf(member.number());
    List<MemberState> all = changeable();
    all.remove(at);
    all.addFirst(member);
  }

  /**
   * Returns whether there may be one more sandbox. Outdated ones do not count: they end, and new
   * ones need not wait for that. Those count that wait for memory.
   */
  boolean mayCreate() {
    int count = 0;
    int neverStarted = 0;
    for (MemberState each : members) {
      count += each.outdated() ? 0 : 1;
      neverStarted += each.outdated() || each.begun() ? 0 : 1;
    }
    count += Math.max(0, memoryRequests.size() - neverStarted);
    return count < config.maxSandboxes();
  }

  /** Makes a cold sandbox, which is used after all others. */
  MemberState create() {
    lastNumber++;
    MemberState made = MemberState.cold(lastNumber, lacksProvisioned(), now);
    changeable().add(made);
    effects.add(new FleetEffect.Create(made.number(), made.provisioned()));
    return made;
  }

  void forget(int number) {
    changeable().removeIf(each -> each.number() == number);
    effects.add(new FleetEffect.Forget(number));
  }

  void initialise(MemberState member) {
    put(member.starting());
    effects.add(new FleetEffect.Initialise(member.number()));
  }

  /** Ends a sandbox. Until it has ended, it counts as one. */
  void shutDown(MemberState member) {
    put(member.asLeaving());
    effects.add(new FleetEffect.ShutDown(member.number()));
  }

  boolean lacksProvisioned() {
    int there = 0;
    for (MemberState each : members) {
      if (each.provisioned() && !each.leaving() && !each.outdated()) {
        there++;
      }
    }
    return there < config.provisioned();
  }

  /** Returns how many provisioned sandboxes are not there, or were never initialised. */
  int missingProvisioned() {
    int there = 0;
    for (MemberState each : members) {
      if (each.provisioned() && each.begun() && !each.leaving() && !each.outdated()) {
        there++;
      }
    }
    return Math.max(0, config.provisioned() - there);
  }

  boolean isReserved(MemberState member) {
    return reserved != null && reserved == member.number();
  }

  // ------------------------------------------------------------------ memory

  void requestMemory(MemoryRequest.Purpose purpose) {
    lastMemoryRequest++;
    List<MemoryRequest> all = new ArrayList<>(memoryRequests);
    all.add(MemoryRequest.of(lastMemoryRequest, purpose));
    memoryRequests = List.copyOf(all);
    effects.add(
        new FleetEffect.RequestMemory(
            lastMemoryRequest, config.megabytes(), purpose != MemoryRequest.Purpose.EARLY));
  }

  void withdraw(MemoryRequest request) {
    if (withoutRequest(request.number())) {
      effects.add(new FleetEffect.WithdrawMemory(request.number()));
    }
  }

  void replace(MemoryRequest request, MemoryRequest by) {
    List<MemoryRequest> all = new ArrayList<>(memoryRequests);
    all.set(all.indexOf(request), by);
    memoryRequests = List.copyOf(all);
  }

  /** Forgets a request; returns false if it was withdrawn. */
  boolean withoutRequest(int number) {
    List<MemoryRequest> all = new ArrayList<>(memoryRequests);
    boolean known = all.removeIf(each -> each.number() == number);
    memoryRequests = List.copyOf(all);
    return known;
  }

  // ------------------------------------------------------------------ invocations

  /** Gives an invocation to a sandbox, which is initialised first if it is cold. */
  void run(MemberState member, Invocation invocation) {
    MemberState busy = member.with(config.isolatesTenants() ? invocation.tenantId() : null);
    putFirst(busy.phase() == MemberPhase.COLD ? busy.starting() : busy);
    running++;
    effects.add(new FleetEffect.Run(member.number(), invocation));
  }

  /** Gives an invocation that waits to a sandbox. */
  void runWaiting(MemberState member, Invocation invocation) {
    waiting = waiting.without(invocation);
    run(member, invocation);
  }

  void reject(Invocation invocation, Outcome.Rejection why) {
    effects.add(new FleetEffect.Complete(invocation, new Outcome.Rejected(why)));
  }
}
