package dev.rapid.bootstrap.family;

import java.util.HashSet;
import java.util.Set;

/**
 * Stops a family and lets it go on. To stop it takes a moment, because its members have to be
 * found; to let it go on does not, also while members are still being stopped.
 */
public final class FamilyFreezer {

  /** Sends signals without waiting; all in the order in which they are sent. */
  public interface Signals {

    /** Stops the members of a process group, and further processes (SIGSTOP). */
    void stop(long group, Set<Long> further);

    /** Lets the members of a process group, and further processes, go on (SIGCONT). */
    void goOn(long group, Set<Long> further);
  }

  private final Signals signals;

  // All guarded by this.
  private final Set<Long> stopped = new HashSet<>();
  private long group;
  private boolean frozen;

  /** Creates the freezer of a family, which may not run yet. */
  public FamilyFreezer(Signals signals) {
    this.signals = signals;
  }

  /** Decides that the family is to be stopped; {@link #stopMembers} does it. */
  public synchronized void freeze() {
    frozen = true;
  }

  /**
   * Stops all members that are found, unless {@link #thaw} comes meanwhile.
   *
   * @param leader the number of the leader, and of its process group
   */
  public void stopMembers(ProcessFamily family, long leader) {
    if (stop(leader, Set.of())) {
      family.find(members -> stop(leader, members));
    }
  }

  /** Stops the group and members, and returns whether the family is still to be stopped. */
  private synchronized boolean stop(long leader, Set<Long> members) {
    if (frozen) {
      group = leader;
      stopped.add(leader);
      stopped.addAll(members);
      signals.stop(leader, members);
    }
    return frozen;
  }

  /** Lets all go on that were stopped. */
  public synchronized void thaw() {
    frozen = false;
    if (!stopped.isEmpty()) {
      signals.goOn(group, stopped);
      stopped.clear();
    }
  }
}
