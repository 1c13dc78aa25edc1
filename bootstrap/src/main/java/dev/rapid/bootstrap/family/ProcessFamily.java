package dev.rapid.bootstrap.family;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A process that we started and everything that came of it.
 *
 * <p>To the family belong the members of the leader's process group and session, all descendants,
 * and every process that inherited our mark (see {@link FamilyMarks}). The mark finds daemons that
 * left group, session, parent and environment behind.
 */
public final class ProcessFamily {

  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(1).toNanos();
  private static final long MAX_PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private final Process leader;
  private final ProcFs proc;
  private final long mark;

  /** Processes keep their identity here when their numbers are used again. */
  private final Set<ProcessHandle> known = new LinkedHashSet<>();

  /**
   * Creates the family of {@code leader}.
   *
   * @param mark the mark that only this family has, {@link FamilyMarks#NONE} if it has none
   */
  public ProcessFamily(Process leader, ProcFs proc, long mark) {
    this.leader = leader;
    this.proc = proc;
    this.mark = mark;
    known.add(leader.toHandle());
  }

  /**
   * Asks all members to end (SIGTERM), each once: what a member starts in order to end well is left
   * alone.
   */
  public void terminate() {
    living().forEach(ProcessHandle::destroy);
  }

  /**
   * Kills all members (SIGKILL), again and again until none is left, because some may be starting
   * others meanwhile.
   *
   * @param killGroup kills the whole group of the leader at once
   * @param patience how long to try; processes that hang in the kernel cannot be killed
   */
  public void kill(Runnable killGroup, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    // A child that left the session and has no mark is known by its parent alone, so that the
    // family is written down while the parent lives.
    Set<ProcessHandle> members = living();
    // Without a table, members whose leader is dead can be reached by no other way.
    if (leader.isAlive() || !proc.isPresent()) {
      killGroup.run();
    }
    members.forEach(ProcessHandle::destroyForcibly);
    Set<Long> strangers = new HashSet<>();
    long pause = FIRST_PAUSE_NANOS;
    while (!killFound(strangers) && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
    }
  }

  /**
   * Kills the members that it finds, each as soon as it is found: one that forks and exits is gone
   * a moment later.
   *
   * @param strangers the processes that are known not to be members, which are not looked at again
   * @return whether no member is left. One that forks while we look is in the table itself, or its
   *     child is; so if all in the table were looked at while they ran, none was missed
   */
  private boolean killFound(Set<Long> strangers) {
    if (!proc.isPresent()) {
      Set<ProcessHandle> members = living();
      members.forEach(ProcessHandle::destroyForcibly);
      return members.isEmpty();
    }
    return search(strangers, ProcessHandle::destroyForcibly);
  }

  /**
   * Looks for members until there is none that was not found before, because some may be starting
   * others meanwhile.
   *
   * @param found takes the numbers of members that were not found before; returns whether to go on
   */
  void find(Predicate<Set<Long>> found) {
    Set<Long> strangers = new HashSet<>();
    Set<Long> all = new HashSet<>();
    boolean more = true;
    while (more) {
      Set<Long> members = new HashSet<>();
      if (proc.isPresent()) {
        search(strangers, member -> members.add(member.pid()));
      } else {
        living().forEach(member -> members.add(member.pid()));
      }
      members.removeAll(all);
      all.addAll(members);
      more = !members.isEmpty() && found.test(members);
    }
  }

  /** Returns the members that run. */
  synchronized Set<ProcessHandle> living() {
    if (proc.isPresent()) {
      search(new HashSet<>(), member -> {});
    } else {
      Set.copyOf(known).forEach(member -> member.descendants().forEach(known::add));
      known.removeIf(member -> !member.isAlive());
    }
    return Set.copyOf(known);
  }

  /**
   * Looks through the table for members, which are {@link #known} afterwards.
   *
   * @return whether none was found and none can have been missed
   */
  private synchronized boolean search(Set<Long> strangers, Consumer<ProcessHandle> found) {
    // Asked before the table is read: a dead leader's number in the table is another process, and
    // then the group of that number is another group.
    boolean leaderAlive = leader.isAlive();
    boolean complete = true;
    Map<Long, ProcFs.Entry> table = new HashMap<>();
    Set<Long> members = new HashSet<>();
    List<Long> pids = proc.pids();
    strangers.retainAll(new HashSet<>(pids));
    for (long pid : pids) {
      if (strangers.contains(pid)) {
        continue;
      }
      Optional<ProcFs.Entry> entry = proc.entry(pid);
      Optional<Boolean> marked = isMarked(pid);
      if (entry.isEmpty() || marked.isEmpty()) {
        complete = false;
      } else if (!entry.get().runs()) {
        // It may have started another one after the table was read.
        complete &= !marked.get();
        strangers.add(pid);
      } else {
        table.put(pid, entry.get());
        if (marked.get()) {
          ProcessHandle.of(pid).ifPresent(found);
          members.add(pid);
        }
      }
    }
    known.removeIf(member -> !table.containsKey(member.pid()) || !member.isAlive());
    known.forEach(member -> members.add(member.pid()));
    addRelatives(members, table, leaderAlive || !table.containsKey(leader.pid()));
    for (long pid : members) {
      ProcessHandle.of(pid)
          .ifPresent(member -> {
            known.add(member);
            found.accept(member);
          });
    }
    strangers.addAll(table.keySet());
    strangers.removeAll(members);
    return complete && members.isEmpty();
  }

  /** Returns whether a process has our mark, nothing if it is gone. */
  private Optional<Boolean> isMarked(long pid) {
    return mark == FamilyMarks.NONE
        ? Optional.of(false)
        : proc.fileLockLimit(pid).map(Long.toString(mark)::equals);
  }

  private void addRelatives(Set<Long> members, Map<Long, ProcFs.Entry> table, boolean groupIsOurs) {
    long own = ProcessHandle.current().pid();
    if (groupIsOurs) {
      table.forEach((pid, entry) -> {
        if (pid != own && (entry.group() == leader.pid() || entry.session() == leader.pid())) {
          members.add(pid);
        }
      });
    }
    boolean grown = !members.isEmpty();
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
