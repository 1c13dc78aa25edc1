package dev.rapid.core.fleet;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.fleet.MemoryRequest.Purpose;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.time.Deadline;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which sandboxes a function has and which of them runs an invocation: a pure function from
 * a state and an event to the next state and the effects to carry out. It has no clock, no thread
 * and no I/O.
 *
 * <p>Invocations wait in the order of their arrival. The first one gets the sandbox with room that
 * was used last; if there is none, another sandbox is initialised, and whichever is ready first
 * takes the invocation. A sandbox whose processes have ended is initialised inside of its next
 * invocation, which gets an error of the init (contract lifecycle-and-control, section 4.4).
 */
class FleetMachine {

  /**
   * How long a sandbox is waited for that has answered all that it runs: its runtime usually asks
   * for the next invocation at once, so that one caller after the other needs one sandbox.
   */
  static final Duration END_OF_INVOCATION = Duration.ofMillis(25);

  /**
   * Answers one event.
   *
   * @param nowNanos when the event happened, as a reading of the nano clock
   */
  FleetTransition apply(FleetState state, FleetEvent event, long nowNanos) {
    FleetStep s = new FleetStep(state, nowNanos);
    answer(s, event);
    endIfRetired(s);
    if (!s.closing) {
      place(s);
      if (CapacityWait.rejectOverdue(s)) {
        // Younger ones may take what was kept for them, and permits are left over.
        place(s);
      }
      if (!s.memoryRequests.isEmpty()) {
        // Sandboxes that leave are not counted: their places may be those of the requests.
        Starts.withdrawUnneeded(s, seatsToCome(s, false) - permittedOfWaiting(s));
      }
      endIfRetired(s);
    }
    if (s.aboutToBeFree == 0 || s.waiting.isEmpty()) {
      s.aboutToBeFree = 0;
      s.waitedForUntil = Deadline.NEVER;
    }
    return s.transition(nextTimer(s));
  }

  private void place(FleetStep s) {
    Permits.balance(s);
    if (s.config.isolatesTenants()) {
      placeTenants(s);
    } else {
      assign(s);
      startForWaiting(s);
    }
    keepProvisioned(s);
  }

  private static void endIfRetired(FleetStep s) {
    if (s.retiring && s.running == 0 && s.waiting.isEmpty()) {
      shutDown(s);
    }
  }

  private void answer(FleetStep s, FleetEvent event) {
    switch (event) {
      case FleetEvent.Begun e -> begin(s);
      case FleetEvent.InvokeRequested e -> requested(s, e.invocation(), e.aboutToBeFree());
      case FleetEvent.CallerGone e ->
          callerGone(s, e.invocation(), new FleetEffect.PassCallerGone(e.invocation()));
      case FleetEvent.InvocationCancelled e ->
          callerGone(s, e.invocation(), new FleetEffect.PassCancelled(e.invocation()));
      case FleetEvent.InvocationEnded e -> ended(s, e.member(), e.phase(), e.error());
      case FleetEvent.PhaseEntered e -> entered(s, e.member(), e.phase(), e.error());
      case FleetEvent.CreationFailed e -> creationFailed(s, e.member(), e.message());
      case FleetEvent.Terminated e -> terminated(s, e.member());
      case FleetEvent.ReservationRequested e -> reserve(s, e.call());
      case FleetEvent.ReservedInvokeRequested e -> reservedInvoke(s, e.member(), e.invocation());
      case FleetEvent.ReservationReleased e -> released(s, e.member());
      case FleetEvent.PermitGranted e -> Permits.granted(s);
      case FleetEvent.PermitRefused e -> Permits.refused(s, e.why());
      case FleetEvent.MemoryGranted e -> Starts.granted(s, e.request());
      case FleetEvent.MemoryDelayed e -> Starts.delayed(s, e.request(), e.soon());
      case FleetEvent.EvictionRequested e -> Starts.evict(s, e.member());
      case FleetEvent.RenewalExpected e -> Renewals.expected(s, e.untilNanos());
      case FleetEvent.Renewed e -> Renewals.renewed(s, e.config());
      case FleetEvent.TimerFired e -> timerFired(s);
      case FleetEvent.RetirementRequested e -> s.retiring = true;
      case FleetEvent.ShutdownRequested e -> shutDown(s);
    }
  }

  // ------------------------------------------------------------------ callers

  private static void begin(FleetStep s) {
    if (s.closing) {
      return;
    }
    s.begun = true;
    for (MemberState each : s.snapshot()) {
      if (each.phase() == MemberPhase.COLD && !each.begun()) {
        Starts.start(s, each, each.provisioned() ? Purpose.PROVISIONED : Purpose.EARLY);
      }
    }
  }

  private void requested(FleetStep s, Invocation invocation, int aboutToBeFree) {
    if (s.closing) {
      s.reject(invocation, Outcome.Rejection.SHUTTING_DOWN);
    } else if (hasPlace(s)) {
      s.waiting = s.waiting.with(invocation, s.now);
      s.aboutToBeFree = endsAfterUse(s) ? 0 : aboutToBeFree;
      s.waitedForUntil = waitedForUntil(s);
    } else {
      s.reject(invocation, Outcome.Rejection.FUNCTION_BUSY);
    }
  }

  private static Deadline waitedForUntil(FleetStep s) {
    return s.aboutToBeFree == 0 ? Deadline.NEVER : Deadline.after(s.now, END_OF_INVOCATION);
  }

  /** Returns whether one more invocation may come: it finds room at once, or it may wait. */
  private boolean hasPlace(FleetStep s) {
    if (s.config.maxSandboxes() == 0) {
      return false;
    }
    int seats = s.config.seats();
    int used = s.running + s.waiting.size();
    MemberState reserved = s.reserved == null ? null : s.member(s.reserved);
    if (reserved != null) {
      seats -= reserved.outdated() ? 0 : s.config.capacity();
      used -= reserved.running();
    }
    return used < (long) seats + s.config.maxWaiting();
  }

  private static void callerGone(FleetStep s, Invocation invocation, FleetEffect ifItRuns) {
    WaitingLine left = s.waiting.without(invocation);
    if (left.size() < s.waiting.size()) {
      s.waiting = left;
      s.reject(invocation, Outcome.Rejection.CALLER_GONE);
    } else if (s.running > 0) {
      s.effects.add(ifItRuns);
    }
  }

  private void ended(FleetStep s, int number, MemberPhase phase, @Nullable ErrorType error) {
    s.running--;
    Permits.ended(s);
    MemberState member = s.member(number);
    if (member == null) {
      return;
    }
    boolean failed = isFailedInit(s, member, phase);
    MemberState after = member.without(phase, s.now);
    s.putFirst(after);
    if (failed) {
      Inits.failed(s, member, error);
    }
    if (after.outdated()) {
      Renewals.endIfIdle(s, after);
      return;
    }
    if (s.aboutToBeFree > 0) {
      s.aboutToBeFree--;
    }
    if (endsAfterUse(s) && after.running() == 0 && !after.leaving() && mayLeave(s, after)) {
      s.shutDown(after);
    }
  }

  // ------------------------------------------------------------------ who runs what

  /** Gives the invocations that wait to sandboxes that have room. */
  private void assign(FleetStep s) {
    while (!s.waiting.isEmpty() && Permits.permitted(s) > 0) {
      MemberState free = free(s, null, Set.of());
      if (free == null) {
        return;
      }
      s.runWaiting(free, s.waiting.first());
    }
  }

  /**
   * Gives the invocations that wait to sandboxes of their tenants, or to new ones. An older
   * invocation ends an idle sandbox of another tenant before a younger one can have it.
   */
  private void placeTenants(FleetStep s) {
    int coming = seatsToCome(s);
    int permitted = Permits.permitted(s);
    Set<Integer> claimed = new HashSet<>();
    for (Invocation each : s.waiting) {
      if (permitted <= 0) {
        return;
      }
      MemberState free = free(s, each.tenantId(), claimed);
      if (free != null) {
        s.runWaiting(free, each);
        permitted--;
      } else if (coming > 0) {
        coming--;
        permitted--;
      } else if (!Inits.isPaused(s) && startFor(s, each)) {
        coming += s.config.capacity() - 1;
        permitted--;
      } else {
        claim(s, each, claimed);
        if (s.members().stream().noneMatch(member -> hasRoom(s, member))) {
          return;
        }
      }
    }
  }

  /** Lets a sandbox of another tenant run empty for an invocation that needs its place. */
  private void claim(FleetStep s, Invocation invocation, Set<Integer> claimed) {
    if (Inits.isPaused(s) || s.mayCreate()) {
      return;
    }
    List<MemberState> all = s.members();
    for (int i = all.size() - 1; i >= 0; i--) {
      MemberState each = all.get(i);
      if (!suits(s.config, each, invocation)
          && !each.leaving()
          && !each.outdated()
          && claimed.add(each.number())) {
        return;
      }
    }
  }

  /** Returns the sandbox for an invocation, null if none has room for it. */
  private @Nullable MemberState free(FleetStep s, @Nullable String tenant, Set<Integer> claimed) {
    MemberState unbound = null;
    for (MemberState each : s.members()) {
      if (hasRoom(s, each) && !claimed.contains(each.number())) {
        if (Objects.equals(each.tenant(), tenant)) {
          return each;
        }
        if (unbound == null && each.tenant() == null) {
          unbound = each;
        }
      }
    }
    return unbound;
  }

  private boolean hasRoom(FleetStep s, MemberState member) {
    boolean takes =
        s.config.attached()
            ? member.phase() != MemberPhase.ENDING
            : member.phase() == MemberPhase.READY;
    return takes
        && !member.leaving()
        && !member.outdated()
        && member.running() < s.config.capacity()
        && !s.isReserved(member);
  }

  // ------------------------------------------------------------------ starts

  /** Initialises sandboxes for invocations that find none with room. */
  private void startForWaiting(FleetStep s) {
    if (s.waiting.isEmpty()) {
      return;
    }
    int need = permittedOfWaiting(s) - seatsToCome(s);
    for (; need > 0; need -= s.config.capacity()) {
      if (Inits.isPaused(s) || !startFor(s, s.waiting.first())) {
        return;
      }
    }
  }

  private static int permittedOfWaiting(FleetStep s) {
    return Math.min(s.waiting.size(), Permits.permitted(s));
  }

  /** Returns how many invocations the sandboxes take that are being initialised or replaced. */
  private static int seatsToCome(FleetStep s) {
    return seatsToCome(s, !s.mayCreate());
  }

  private static int seatsToCome(FleetStep s, boolean replaced) {
    int seats = s.aboutToBeFree + s.memoryRequests.size() * s.config.capacity();
    for (MemberState each : s.members()) {
      if (s.isReserved(each) || each.outdated()) {
        continue;
      }
      if (each.leaving()) {
        seats += replaced ? s.config.capacity() : 0;
      } else if (isComing(s, each) && each.tenant() == null) {
        seats += s.config.capacity() - each.running();
      }
    }
    return seats;
  }

  /** After an init that failed, the same sandbox tries again, and not one more. */
  private static boolean isComing(FleetStep s, MemberState member) {
    return member.phase() == MemberPhase.STARTING
        || (member.phase() == MemberPhase.RESETTING && s.failedInits > 0);
  }

  /** Starts a sandbox for one invocation; returns false if that is not possible now. */
  private boolean startFor(FleetStep s, Invocation invocation) {
    MemberState cold = cold(s, invocation);
    if (cold != null) {
      s.runWaiting(cold, oldestLike(s, invocation));
      return true;
    }
    if (Starts.start(s, Purpose.CALLERS)) {
      return true;
    }
    MemberState stranger = s.config.isolatesTenants() ? longestIdle(s) : null;
    if (stranger != null) {
      s.shutDown(stranger);
    }
    return stranger != null;
  }

  /**
   * Returns the oldest invocation that could run in the same sandboxes; a start is meant for it.
   */
  private Invocation oldestLike(FleetStep s, Invocation invocation) {
    if (s.config.isolatesTenants()) {
      for (Invocation each : s.waiting) {
        if (Objects.equals(each.tenantId(), invocation.tenantId())) {
          return each;
        }
      }
    }
    return invocation;
  }

  /** Returns whether a sandbox may run an invocation, because of its tenant. */
  static boolean suits(FleetConfig config, MemberState member, Invocation invocation) {
    return !config.isolatesTenants()
        || member.tenant() == null
        || Objects.equals(member.tenant(), invocation.tenantId());
  }

  /** Returns a sandbox whose processes have ended, null if there is none. */
  private @Nullable MemberState cold(FleetStep s, Invocation invocation) {
    for (MemberState each : s.members()) {
      if (each.phase() == MemberPhase.COLD
          && each.begun()
          && each.isIdle()
          && !each.outdated()
          && suits(s.config, each, invocation)
          && !s.isReserved(each)) {
        return each;
      }
    }
    return null;
  }

  /** Returns the sandbox that another tenant has left for the longest time. */
  private static @Nullable MemberState longestIdle(FleetStep s) {
    List<MemberState> all = s.members();
    for (int i = all.size() - 1; i >= 0; i--) {
      MemberState each = all.get(i);
      if (each.isIdle() && each.tenant() != null && !s.isReserved(each)) {
        return each;
      }
    }
    return null;
  }

  /** Initialises provisioned sandboxes that are missing or have crashed. */
  private void keepProvisioned(FleetStep s) {
    if (!s.begun || s.config.provisioned() == 0 || Inits.isPausedForProvisioned(s)) {
      return;
    }
    for (MemberState each : s.snapshot()) {
      if (each.provisioned()
          && each.phase() == MemberPhase.COLD
          && each.begun()
          && each.isIdle()
          && !s.isReserved(each)) {
        s.initialise(each);
      }
    }
    int missing = s.missingProvisioned();
    for (MemoryRequest each : s.memoryRequests) {
      missing -= each.purpose() == Purpose.PROVISIONED ? 1 : 0;
    }
    while (missing > 0 && Starts.start(s, Purpose.PROVISIONED)) {
      missing--;
    }
  }

  // ------------------------------------------------------------------ the life of sandboxes

  private void entered(FleetStep s, int number, MemberPhase phase, @Nullable ErrorType error) {
    MemberState member = s.member(number);
    if (member == null) {
      return;
    }
    if (phase == MemberPhase.READY && !member.outdated()) {
      Inits.succeeded(s);
    }
    boolean failed = isFailedInit(s, member, phase);
    s.put(member.in(phase, s.now));
    if (failed) {
      Inits.failed(s, member, error);
    }
  }

  /** An outdated sandbox says nothing about the code of the others. */
  private static boolean isFailedInit(FleetStep s, MemberState member, MemberPhase next) {
    return member.phase() == MemberPhase.STARTING
        && next == MemberPhase.RESETTING
        && !member.outdated()
        && !s.config.attached();
  }

  /** Without another sandbox, the invocation that it was meant for would wait in vain. */
  private static void creationFailed(FleetStep s, int number, String message) {
    s.forget(number);
    Inits.countFailure(s);
    boolean alone = s.members().stream().allMatch(each -> each.leaving() || each.outdated());
    boolean isAnswer = alone || !s.config.repeatsInits();
    if (isAnswer && !s.waiting.isEmpty()) {
      Invocation first = s.waiting.first();
      s.waiting = s.waiting.without(first);
      s.effects.add(
          new FleetEffect.Complete(first, new Outcome.Failed(ErrorType.SANDBOX_FAILURE, message)));
    }
    announceEnd(s);
  }

  private static void terminated(FleetStep s, int number) {
    if (s.member(number) != null) {
      s.forget(number);
      announceEnd(s);
    }
  }

  private static void announceEnd(FleetStep s) {
    if (s.closing && s.members().isEmpty()) {
      s.effects.add(new FleetEffect.AnnounceTermination());
    }
  }

  /** Returns whether a sandbox is for one invocation, or for those that it has at once. */
  private static boolean endsAfterUse(FleetStep s) {
    Duration timeout = s.config.idleTimeout();
    return timeout != null && timeout.isZero();
  }

  private static boolean mayLeave(FleetStep s, MemberState member) {
    return !s.closing && !member.provisioned() && !s.isReserved(member);
  }

  private void timerFired(FleetStep s) {
    if (s.waitedForUntil.hasPassed(s.now)) {
      s.aboutToBeFree = 0;
    }
    endIdle(s);
  }

  /** Ends the sandboxes that have been idle for too long. */
  private void endIdle(FleetStep s) {
    for (MemberState each : s.snapshot()) {
      if (idleEnd(s, each).hasPassed(s.now)) {
        s.shutDown(each);
      }
    }
  }

  /** Returns when a sandbox has been idle for too long. */
  private Deadline idleEnd(FleetStep s, MemberState member) {
    Duration timeout = s.config.idleTimeout();
    if (timeout == null || timeout.isZero() || !member.isIdle() || !member.begun()) {
      return Deadline.NEVER;
    }
    return mayLeave(s, member)
        ? new Deadline(member.idleSinceNanos() + timeout.toNanos())
        : Deadline.NEVER;
  }

  /** Returns the next moment at which something has to be done without an event. */
  private Deadline nextTimer(FleetStep s) {
    Deadline next = Deadline.NEVER;
    if (s.closing) {
      return next;
    }
    if (s.config.idleTimeout() != null) {
      for (MemberState each : s.members()) {
        next = next.earlier(idleEnd(s, each));
      }
    }
    return next.earlier(s.waitedForUntil)
        .earlier(Inits.nextChange(s))
        .earlier(Starts.nextChange(s))
        .earlier(CapacityWait.nextEnd(s));
  }

  private static void shutDown(FleetStep s) {
    if (s.closing) {
      return;
    }
    s.closing = true;
    for (MemberState each : s.snapshot()) {
      if (!each.leaving()) {
        s.shutDown(each);
      }
    }
    for (Invocation each : s.waiting) {
      s.reject(each, Outcome.Rejection.SHUTTING_DOWN);
    }
    s.waiting = WaitingLine.EMPTY;
    Permits.giveBackUnused(s);
    Starts.withdrawAll(s);
    announceEnd(s);
  }

  // ------------------------------------------------------------------ reservations

  /** A client of the control API gets a sandbox without invocations; others wait for it. */
  private void reserve(FleetStep s, ReservationCall call) {
    Integer found = null;
    if (!s.closing && s.reserved == null) {
      for (MemberState each : s.members()) {
        boolean hasMemory = s.config.megabytes() == 0 || each.begun();
        boolean free = each.running() == 0 && !each.leaving() && !each.outdated();
        if (free && hasMemory && found == null) {
          found = each.number();
        }
      }
    }
    s.reserved = found == null ? s.reserved : found;
    s.effects.add(new FleetEffect.AnswerReservation(call, found));
  }

  private static void reservedInvoke(FleetStep s, int number, Invocation invocation) {
    MemberState member = s.member(number);
    if (member == null || s.closing) {
      s.reject(invocation, Outcome.Rejection.SHUTTING_DOWN);
    } else {
      s.run(member, invocation);
    }
  }

  private static void released(FleetStep s, int number) {
    if (s.reserved != null && s.reserved == number) {
      s.reserved = null;
      MemberState member = s.member(number);
      if (member != null && member.outdated()) {
        Renewals.endIfIdle(s, member);
      }
    }
  }
}
