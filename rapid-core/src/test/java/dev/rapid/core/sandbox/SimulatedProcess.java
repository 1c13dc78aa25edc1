package dev.rapid.core.sandbox;

import dev.rapid.core.process.ProcessExit;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A program that the sandbox has started, and the way of what it sends to the sandbox. */
abstract class SimulatedProcess {

  /** What is sent arrives within this time. */
  static final Duration MAX_TRANSPORT = Duration.ofMillis(10);

  /** Long after every deadline; then even a program that hangs comes to its end. */
  private static final Duration HANG = Duration.ofHours(1);

  final Simulation world;
  final SplittableRandom random;
  final String name;
  boolean dead;
  boolean disconnected;

  /** The program goes on, but nothing more comes of it. */
  boolean broken;

  private final Consumer<ProcessExit> onExit;
  private int calls;

  SimulatedProcess(
      Simulation world, SplittableRandom random, String name, Consumer<ProcessExit> onExit) {
    this.world = world;
    this.random = random;
    this.name = name;
    this.onExit = onExit;
  }

  final void exit() {
    exit(
        chance(50)
            ? new ProcessExit.Exited(random.nextInt(4))
            : new ProcessExit.Signaled("segmentation fault"));
  }

  final void exit(ProcessExit exit) {
    if (!dead) {
      onExit.accept(exit);
    }
  }

  final void hang() {
    live(HANG, this::exit);
  }

  /** What the program does next, if it still lives. */
  final void live(Duration delay, Runnable then) {
    world
        .time()
        .after(
            delay,
            () ->
                world.step(() -> {
                  if (!dead && !disconnected && !broken) {
                    then.run();
                  }
                }));
  }

  /** A message to the sandbox, which arrives unless the sandbox has closed the connection. */
  final void send(Runnable arrival) {
    deliver(() -> {
      if (!disconnected) {
        arrival.run();
      }
    });
  }

  final void deliver(Runnable arrival) {
    world.time().after(transport(), arrival);
  }

  final Duration transport() {
    return millis(0, (int) MAX_TRANSPORT.toMillis());
  }

  final Duration millis(int from, int to) {
    return Duration.ofMillis(random.nextInt(from, to + 1));
  }

  final boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  final String callName(String kind) {
    calls++;
    return kind + " " + calls + " of " + name;
  }
}
