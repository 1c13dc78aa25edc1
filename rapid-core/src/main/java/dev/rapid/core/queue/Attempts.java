package dev.rapid.core.queue;

import java.util.ArrayList;
import java.util.List;

/** Attempts: which one begins, and what follows from its end. */
final class Attempts {

  private Attempts() {}

  /** Begins what there is room for, fairly: one of each lane in turn. */
  static void begin(QueueStep s) {
    if (!s.mayBegin()) {
      return;
    }
    boolean limited = s.config.maxRunning() != null;
    for (Lane each : s.lanes()) {
      if (!limited || !each.counted()) {
        begin(s, each, Integer.MAX_VALUE);
      }
    }
    if (limited) {
      beginInTurn(s);
    }
  }

  private static void beginInTurn(QueueStep s) {
    int room = s.room();
    boolean begun = true;
    while (begun && room > 0) {
      begun = false;
      for (Lane each : inTurn(s)) {
        if (room > 0 && begin(s, each, 1) > 0) {
          s.lastBegun = each.name();
          room--;
          begun = true;
        }
      }
    }
  }

  /** Returns the counted lanes; the one that began last comes last. */
  private static List<Lane> inTurn(QueueStep s) {
    List<Lane> lanes = s.lanes().stream().filter(Lane::counted).toList();
    for (int i = 0; i < lanes.size(); i++) {
      if (lanes.get(i).name().equals(s.lastBegun)) {
        List<Lane> turned = new ArrayList<>(lanes.subList(i + 1, lanes.size()));
        turned.addAll(lanes.subList(0, i + 1));
        return turned;
      }
    }
    return lanes;
  }

  /** Begins at most some attempts of a lane, and returns how many. */
  private static int begin(QueueStep s, Lane lane, int atMost) {
    if (s.now < lane.pausedUntilMillis()) {
      return 0;
    }
    List<ClaimedEntry> ready = lane.ready();
    int most = Math.min(atMost, Math.min(ready.size(), lane.capacity() - lane.running().size()));
    int count = 0;
    // An entry whose lease has ended may run elsewhere: first its lease is extended.
    while (count < most && s.now < ready.get(count).leaseUntilMillis()) {
      count++;
    }
    if (count <= 0) {
      return 0;
    }
    List<ClaimedEntry> running = new ArrayList<>(lane.running());
    for (ClaimedEntry each : ready.subList(0, count)) {
      running.add(each.since(s.now));
      s.effects.add(new QueueEffect.Begin(each.entry()));
    }
    s.put(
        lane.with(
            List.copyOf(ready.subList(count, ready.size())),
            List.copyOf(running),
            lane.attemptMillis()));
    return count;
  }

  static void ended(QueueStep s, QueueEntry begun, AttemptResult result, double random) {
    Lane lane = s.lane(begun.lane());
    int at = lane == null ? -1 : indexOf(lane.running(), begun);
    if (lane == null || at < 0) {
      return;
    }
    ClaimedEntry ended = lane.running().get(at);
    List<ClaimedEntry> running = new ArrayList<>(lane.running());
    running.remove(at);
    boolean ran = !(result instanceof AttemptResult.NotRun);
    Lane next =
        lane.with(
            lane.ready(),
            List.copyOf(running),
            ran ? Long.valueOf(Math.max(0, s.now - ended.sinceMillis())) : lane.attemptMillis());
    s.put(ran ? next.pausedUntil(lane.pausedUntilMillis(), 0) : paused(s, next, random));
    // With the claim that the node has now.
    QueueEntry entry = ended.entry();
    s.settle(entry, lane.policy().afterAttempt(entry, result, s.now, random));
  }

  /** Lets a lane wait, because others of it would be refused too. */
  private static Lane paused(QueueStep s, Lane lane, double random) {
    if (s.now < lane.pausedUntilMillis()) {
      return lane;
    }
    int refusals = lane.refusals() + 1;
    return lane.pausedUntil(s.now + lane.policy().backOffMillis(refusals, random), refusals);
  }

  /** Returns the place of an entry, whatever its claim is; -1 if it is not there. */
  static int indexOf(List<ClaimedEntry> entries, QueueEntry entry) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).entry().id().equals(entry.id())) {
        return i;
      }
    }
    return -1;
  }
}
