package dev.rapid.core.fleet;

import org.jspecify.annotations.Nullable;

/**
 * What a fleet knows of one sandbox.
 *
 * @param number as of {@link Membership#number}
 * @param provisioned as of {@link Membership#provisioned}
 * @param begun whether it was ever initialised: a cold one that was is initialised inside of its
 *     next invocation
 * @param used whether it ever had an invocation
 * @param running how many invocations it has
 * @param tenant the tenant that it serves, null if it has served none yet
 * @param idleSinceNanos since when it has no invocation
 * @param leaving whether it was told to end, so that it gets no more invocations
 * @param outdated whether the function was renewed since it was made, so that it gets no more
 *     invocations and ends
 */
record MemberState(
    int number,
    boolean provisioned,
    MemberPhase phase,
    boolean begun,
    boolean used,
    int running,
    @Nullable String tenant,
    long idleSinceNanos,
    boolean leaving,
    boolean outdated) {

  static MemberState cold(int number, boolean provisioned, long nowNanos) {
    return new MemberState(
        number, provisioned, MemberPhase.COLD, false, false, 0, null, nowNanos, false, false);
  }

  /** It is being initialised, before an invocation or inside of one. */
  MemberState starting() {
    return new MemberState(
        number,
        provisioned,
        MemberPhase.STARTING,
        true,
        used,
        running,
        tenant,
        idleSinceNanos,
        leaving,
        outdated);
  }

  MemberState in(MemberPhase next, long nowNanos) {
    boolean rests = next != phase && (next == MemberPhase.READY || next == MemberPhase.COLD);
    return new MemberState(
        number,
        provisioned,
        next,
        begun || next != MemberPhase.COLD,
        used,
        running,
        tenant,
        rests && running == 0 ? nowNanos : idleSinceNanos,
        leaving,
        outdated);
  }

  /** It has one more invocation. */
  MemberState with(@Nullable String itsTenant) {
    return new MemberState(
        number,
        provisioned,
        phase,
        begun,
        true,
        running + 1,
        itsTenant,
        idleSinceNanos,
        leaving,
        outdated);
  }

  /** One of its invocations has ended. */
  MemberState without(MemberPhase next, long nowNanos) {
    return new MemberState(
        number,
        provisioned,
        phase == MemberPhase.ENDING ? phase : next,
        begun,
        used,
        running - 1,
        tenant,
        nowNanos,
        leaving,
        outdated);
  }

  MemberState asLeaving() {
    return new MemberState(
        number, provisioned, phase, begun, used, running, tenant, idleSinceNanos, true, outdated);
  }

  MemberState asOutdated() {
    return new MemberState(
        number, provisioned, phase, begun, used, running, tenant, idleSinceNanos, leaving, true);
  }

  /** Returns whether nothing runs in it and it could be ended. */
  boolean isIdle() {
    return running == 0 && !leaving && (phase == MemberPhase.READY || phase == MemberPhase.COLD);
  }
}
