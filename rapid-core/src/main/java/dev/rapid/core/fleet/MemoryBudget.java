package dev.rapid.core.fleet;

import dev.rapid.core.mailbox.Mailbox;
import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory that the sandboxes of several fleets may have, all together (contract fn-runner,
 * section 3.2). A sandbox has its memory from before its processes start until they have gone.
 *
 * <p>Claims are granted in the order of their arrival. If memory is short, idle sandboxes are
 * ended, those first that have their memory for the longest time, and no more of them than the
 * claims need. Thread-safe; it has no thread and no lock (see {@link Mailbox}).
 */
public final class MemoryBudget {

  private static final Logger LOG = System.getLogger(MemoryBudget.class.getName());

  private final int totalMegabytes;
  private final Mailbox<Runnable> changes = new Mailbox<>(this::change, LOG);

  // Only the mailbox uses them.
  private final Set<Claim> held = new LinkedHashSet<>();
  private final Set<Claim> waiting = new LinkedHashSet<>();

  private final AtomicInteger reservedMegabytes = new AtomicInteger();
  private volatile boolean awaited;

  /**
   * Creates a budget.
   *
   * @param totalMegabytes what all sandboxes together may have, in MiB
   */
  public MemoryBudget(int totalMegabytes) {
    if (totalMegabytes < 1) {
      throw new IllegalArgumentException("The memory is " + totalMegabytes + " MiB, not 1 or more");
    }
    this.totalMegabytes = totalMegabytes;
  }

  /** Returns what all sandboxes together may have, in MiB. */
  public int totalMegabytes() {
    return totalMegabytes;
  }

  /** Returns what the sandboxes have now, in MiB; those that are ending included. */
  public int reservedMegabytes() {
    return reservedMegabytes.get();
  }

  /** Returns whether a claim waits, so that {@link #look} is of use. */
  boolean isAwaited() {
    return awaited;
  }

  /** Looks for idle sandboxes once more, because there may be one. */
  void look() {
    changes.post(() -> {});
  }

  /**
   * Asks for memory.
   *
   * @param mayWait whether it is worth waiting and ending sandboxes; if not, and there is no free
   *     memory, the claim is over as soon as it is {@link Claimant#delayed}
   */
  Claim claim(int megabytes, boolean mayWait, Claimant claimant) {
    Claim claim = new Claim(megabytes, claimant);
    changes.post(() -> add(claim, mayWait));
    return claim;
  }

  /** What a claim of memory is for; its methods must not block. */
  interface Claimant {

    /** The memory is there. */
    void granted();

    /**
     * There is no memory now, and no idle sandbox has it.
     *
     * @param soon whether a sandbox has answered all that it runs, so that it is idle in a moment
     */
    void delayed(boolean soon);

    /** Returns whether its sandbox could be ended now. */
    boolean isIdle();

    /** Returns whether its sandbox has answered all that it runs. */
    boolean isAboutToBeIdle();

    /** Ends its sandbox, or calls {@link Claim#kept} if it is not idle any more. */
    void end();
  }

  /** Memory that was asked for, and that a sandbox has then. */
  final class Claim {

    private final int megabytes;
    private final Claimant claimant;

    // Only the mailbox uses them.
    private boolean ending;
    private boolean delayed;
    private boolean over;

    private Claim(int megabytes, Claimant claimant) {
      this.megabytes = megabytes;
      this.claimant = claimant;
    }

    /** The sandbox ends; its memory is there in a moment. */
    void ending() {
      changes.post(() -> ending = true);
    }

    /** The sandbox has work, and was not ended. */
    void kept() {
      changes.post(() -> ending = false);
    }

    /** Gives the memory back, or does not wait for it any more. Repeated calls do no harm. */
    void release() {
      changes.post(() -> remove(this));
    }
  }

  // ------------------------------------------------------------------ changes, one at a time

  private void change(Runnable change) {
    change.run();
    grant();
    awaited = !waiting.isEmpty();
    // After that: a sandbox that becomes idle now is seen here, or its fleet sees the flag.
    makeRoom();
  }

  private void add(Claim claim, boolean mayWait) {
    if (claim.over) {
      return;
    }
    if (mayWait || (waiting.isEmpty() && claim.megabytes <= free())) {
      waiting.add(claim);
    } else {
      claim.over = true;
      claim.claimant.delayed(false);
    }
  }

  private void remove(Claim claim) {
    claim.over = true;
    waiting.remove(claim);
    if (held.remove(claim)) {
      reservedMegabytes.addAndGet(-claim.megabytes);
    }
  }

  private int free() {
    return totalMegabytes - reservedMegabytes.get();
  }

  private void grant() {
    while (!waiting.isEmpty()) {
      Claim first = waiting.iterator().next();
      if (first.megabytes > free()) {
        return;
      }
      waiting.remove(first);
      held.add(first);
      reservedMegabytes.addAndGet(first.megabytes);
      first.claimant.granted();
    }
  }

  /** Ends idle sandboxes for the claims that wait, and reports those that find none. */
  private void makeRoom() {
    if (waiting.isEmpty()) {
      return;
    }
    long coming = free();
    for (Claim each : held) {
      coming += each.ending ? each.megabytes : 0;
    }
    for (Claim each : waiting) {
      coming -= each.megabytes;
      if (coming < 0) {
        coming += endIdle(-coming);
      }
      if (coming < 0 && !each.delayed) {
        each.delayed = true;
        each.claimant.delayed(isAnyAboutToBeIdle());
      }
    }
  }

  /**
   * Ends idle sandboxes that have so much memory, the oldest first; none if all of them have less.
   *
   * @return how much memory they have
   */
  private long endIdle(long megabytes) {
    List<Claim> idle = new ArrayList<>();
    long found = 0;
    for (Claim each : held) {
      if (found < megabytes && !each.ending && each.claimant.isIdle()) {
        idle.add(each);
        found += each.megabytes;
      }
    }
    if (found < megabytes) {
      return 0;
    }
    for (Claim each : idle) {
      each.ending = true;
      each.claimant.end();
    }
    return found;
  }

  private boolean isAnyAboutToBeIdle() {
    return held.stream().anyMatch(each -> !each.ending && each.claimant.isAboutToBeIdle());
  }
}
