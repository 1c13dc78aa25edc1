package dev.rapid.bootstrap;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that we started and everything that came of it.
 *
 * <p>To the family belong the members of the leader's process group and session, all descendants,
 * and, where {@link ProcFs} is present, every process that inherited our mark in its environment.
 * The mark finds daemons that left group, session and parent behind.
 */
final class ProcessFamily {

  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(1).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private final Process leader;
  private final ProcFs proc;
  private final String mark;

  /** Processes keep their identity here when their numbers are used again. */
  private final Set<ProcessHandle> known = new LinkedHashSet<>();

  /**
   * Creates the family of {@code leader}.
   *
   * @param mark the variable, as {@code NAME=value}, that only this family has
   */
  ProcessFamily(Process leader, ProcFs proc, String mark) {
    this.leader = leader;
    this.proc = proc;
    this.mark = mark;
    known.add(leader.toHandle());
  }

  /**
   * Asks all members to end (SIGTERM), each once: what a member starts in order to end well is left
   * alone.
   */
  void terminate() {
    living().forEach(ProcessHandle::destroy);
  }

  /**
   * Kills all members (SIGKILL), again and again until none is found, because some may be starting
   * others meanwhile.
   *
   * @param killGroup kills the whole group of the leader at once
   * @param patience how long to try; processes that hang in the kernel cannot be killed
   */
  void kill(Runnable killGroup, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    // A child that left the session and wiped its environment is known by its parent alone, so that
    // the family is written down while the parent lives.
    Set<ProcessHandle> members = living();
    // Without a table, members whose leader is dead can be reached by no other way.
    if (leader.isAlive() || !proc.isPresent()) {
      killGroup.run();
    }
    long pause = FIRST_PAUSE_NANOS;
    while (!members.isEmpty() && System.nanoTime() - deadline < 0) {
      members.forEach(ProcessHandle::destroyForcibly);
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
      members = living();
    }
  }

  /** Returns the members that run. */
  synchronized Set<ProcessHandle> living() {
    if (!proc.isPresent()) {
      Set.copyOf(known).forEach(member -> member.descendants().forEach(known::add));
      known.removeIf(member -> !member.isAlive());
      return Set.copyOf(known);
    }
    // Asked before the table is read: a dead leader's number in the table is another process, and
    // then the group of that number is another group.
    boolean leaderAlive = leader.isAlive();
    Map<Long, ProcFs.Entry> table = proc.running();
    known.removeIf(member -> !table.containsKey(member.pid()) || !member.isAlive());
    for (long pid : members(table, leaderAlive || !table.containsKey(leader.pid()))) {
      ProcessHandle.of(pid).ifPresent(known::add);
    }
    return Set.copyOf(known);
  }

  private Set<Long> members(Map<Long, ProcFs.Entry> table, boolean groupIsOurs) {
    Set<Long> members = new HashSet<>();
    known.forEach(member -> members.add(member.pid()));
    long own = ProcessHandle.current().pid();
    table.forEach((pid, entry) -> {
      boolean inGroup = entry.group() == leader.pid() || entry.session() == leader.pid();
      if (pid != own && ((groupIsOurs && inGroup) || proc.startedWith(pid, mark))) {
        members.add(pid);
      }
    });
    addDescendants(members, table);
    return members;
  }

  private static void addDescendants(Set<Long> members, Map<Long, ProcFs.Entry> table) {
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Map.Entry<Long, ProcFs.Entry> entry : table.entrySet()) {
        if (members.contains(entry.getValue().parent())) {
          grown |= members.add(entry.getKey());
        }
      }
    }
  }
}
