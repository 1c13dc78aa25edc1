package dev.rapid.core.queue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The transition of a queue that is being built: the next state, and the effects so far. */
final class QueueStep {

  /** How many parts of a lease there are until it is extended. */
  private static final int EXTENSIONS = 3;

  /** After how many parts of a lease others get what this node had no room for. */
  private static final int PATIENCE = 6;

  /** How many parts of a lease the store is left alone when it could not be reached. */
  private static final int STORE_PAUSES = 30;

  final long now;
  final QueueConfig config;
  final List<QueueEffect> effects = new ArrayList<>(4);

  List<Settling> settling;
  @Nullable Long claimSent;
  QueueState.@Nullable Extension extension;
  long extendAt;
  long storeAwayUntil;
  @Nullable String lastBegun;
  long beginsUntil;
  long wakeAt;

  private Map<String, Lane> lanes;
  private boolean ownLanes;
  private boolean ownSettling;

  QueueStep(QueueState state, long now) {
    this.now = now;
    this.config = state.config();
    this.lanes = state.lanes();
    this.settling = state.settling();
    this.claimSent = state.claimSentMillis();
    this.extension = state.extension();
    this.extendAt = state.extendAtMillis();
    this.storeAwayUntil = state.storeAwayUntilMillis();
    this.lastBegun = state.lastBegun();
    this.beginsUntil = state.beginsUntilMillis();
    this.wakeAt = state.wakeAtMillis();
  }

  /**
   * Returns the transition.
   *
   * @param nextWake when there is something to do without an event
   */
  QueueTransition transition(long nextWake) {
    // A moment that comes too early does no harm, so that not each event moves it.
    if (nextWake < wakeAt || (wakeAt <= now && nextWake != QueueState.NEVER)) {
      wakeAt = nextWake;
      effects.add(new QueueEffect.WakeAt(nextWake));
    }
    return new QueueTransition(
        new QueueState(
            config,
            ownLanes ? Collections.unmodifiableMap(lanes) : lanes,
            ownSettling ? Collections.unmodifiableList(settling) : settling,
            claimSent,
            extension,
            extendAt,
            storeAwayUntil,
            lastBegun,
            beginsUntil,
            wakeAt,
            now),
        effects);
  }

  // ------------------------------------------------------------------ lanes

  /** Returns the lanes at this moment. */
  List<Lane> lanes() {
    return List.copyOf(lanes.values());
  }

  @Nullable Lane lane(String name) {
    return lanes.get(name);
  }

  /** Replaces the lane of this name. A lane that is not served ends with its last entry. */
  void put(Lane lane) {
    if (!ownLanes) {
      lanes = new LinkedHashMap<>(lanes);
      ownLanes = true;
    }
    if (lane.served() || !lane.isEmpty()) {
      lanes.put(lane.name(), lane);
    } else {
      lanes.remove(lane.name());
    }
  }

  /** Returns how many more attempts the counted lanes together may run. */
  int room() {
    Integer max = config.maxRunning();
    if (max == null) {
      return Integer.MAX_VALUE;
    }
    int room = max;
    for (Lane each : lanes.values()) {
      room -= each.counted() ? each.running().size() : 0;
    }
    return Math.max(0, room);
  }

  /** Returns whether an attempt may begin now. */
  boolean mayBegin() {
    return now <= beginsUntil;
  }

  /** Returns whether the node ends, but still begins attempts. */
  boolean drains() {
    return beginsUntil != QueueState.NEVER && mayBegin();
  }

  // ------------------------------------------------------------------ settlements

  /** Returns settlements that can be changed. */
  List<Settling> changeableSettling() {
    if (!ownSettling) {
      settling = new ArrayList<>(settling);
      ownSettling = true;
    }
    return settling;
  }

  /** Sends a settlement now if the store can be reached. */
  void settle(QueueEntry entry, Settlement settlement) {
    boolean send = storeIsThere();
    changeableSettling().add(new Settling(entry, settlement, send));
    if (send) {
      effects.add(new QueueEffect.Settle(entry, settlement));
    }
  }

  // ------------------------------------------------------------------ the store

  boolean storeIsThere() {
    return now >= storeAwayUntil;
  }

  void storeAnswered() {
    storeAwayUntil = Long.MIN_VALUE;
  }

  void storeFailed() {
    storeAwayUntil = now + Math.max(1, config.lease().toMillis() / STORE_PAUSES);
  }

  /** Returns whether other nodes may claim entries too. */
  boolean isShared() {
    return config.pollInterval() != null;
  }

  long leaseMillis() {
    return config.lease().toMillis();
  }

  /** Returns when a lease that began at a moment is extended. */
  long extendAfter(long leasedMillis) {
    return leasedMillis + leaseMillis() / EXTENSIONS;
  }

  /** Returns how long a claimed entry waits for room here before others may run it. */
  long patienceMillis() {
    return leaseMillis() / PATIENCE;
  }
}
