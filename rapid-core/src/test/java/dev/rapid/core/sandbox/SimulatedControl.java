package dev.rapid.core.sandbox;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.invocation.Invocation;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A client of the control API: it initialises, restores and resets when it likes, and runs
 * invocations on a reservation, whose deadline it enforces itself.
 */
final class SimulatedControl {

  private final Simulation world;
  private final SplittableRandom random;
  private final Fleet fleet;
  private Fleet.@Nullable Reservation reservation;
  private @Nullable Invocation running;

  SimulatedControl(Simulation world, SplittableRandom random, Fleet fleet) {
    this.world = world;
    this.random = random;
    this.fleet = fleet;
  }

  void begin() {
    world.whenEnded(this::ended);
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      world.time().after(millis(random.nextInt(100) < 50 ? 120 : 4000), this::act);
    }
  }

  private void act() {
    switch (random.nextInt(6)) {
      case 0 -> {
        boolean changed = random.nextInt(2) != 0;
        if (changed) {
          world.describe(Duration.ofMillis(1 + random.nextInt(2000)));
        }
        world.post(new SandboxEvent.InitRequested(changed ? Duration.ZERO : null));
      }
      case 1 -> restore();
      case 2 -> reset();
      default -> invoke();
    }
  }

  private void restore() {
    Duration timeout = Duration.ofMillis(random.nextInt(100));
    Object answer = world.invariants().expectAnswer("restore");
    world.note("control: restore within " + timeout);
    world.post(
        new SandboxEvent.RestoreRequested(
            new RestoreCall() {
              @Override
              public void done(RestoreResult result) {
                world.invariants().answerCame(answer, result);
              }

              @Override
              public String toString() {
                return "restore";
              }
            },
            timeout));
  }

  private void reset() {
    Duration budget = Duration.ofMillis((long) random.nextInt(3) * random.nextInt(1000));
    ShutdownReason reason =
        switch (random.nextInt(3)) {
          case 0 -> ShutdownReason.TIMEOUT;
          case 1 -> ShutdownReason.FAILURE;
          default -> new ShutdownReason("because");
        };
    Object answer = world.invariants().expectAnswer("reset");
    world.note("control: reset " + reason + " within " + budget);
    Fleet.Reservation held = reservation;
    reservation = null;
    running = null;
    world.post(
        new SandboxEvent.ResetRequested(
            new ResetCall() {
              @Override
              public void done(ResetResult result) {
                world.invariants().answerCame(answer, result);
                world.invariants().resetWithin(budget, result);
                if (held != null) {
                  held.release();
                }
              }

              @Override
              public String toString() {
                return "reset";
              }
            },
            reason,
            budget));
  }

  private void invoke() {
    fleet.reserve(this::invoke);
  }

  private void invoke(Fleet.@Nullable Reservation free) {
    if (free == null) {
      return;
    }
    reservation = free;
    Invocation invocation = world.newInvocation(true);
    running = invocation;
    free.invoke(invocation);
    world
        .time()
        .after(
            millis(random.nextInt(100) < 50 ? 200 : 3500),
            () -> {
              if (isRunning(invocation)) {
                reset();
              }
            });
  }

  private void ended(Invocation invocation) {
    Fleet.Reservation held = reservation;
    if (!isRunning(invocation) || held == null) {
      return;
    }
    world
        .time()
        .after(
            millis(20),
            () -> {
              if (!isRunning(invocation)) {
                return;
              }
              if (world.state().phase() instanceof Phase.Failed) {
                reset();
              } else {
                running = null;
                reservation = null;
                held.release();
              }
            });
  }

  @SuppressWarnings("ReferenceEquality") // Ids may be equal.
  private boolean isRunning(Invocation invocation) {
    return running == invocation;
  }

  private Duration millis(int bound) {
    return Duration.ofMillis(random.nextInt(bound + 1));
  }
}
