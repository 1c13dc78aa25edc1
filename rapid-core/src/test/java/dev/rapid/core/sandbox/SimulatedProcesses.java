package dev.rapid.core.sandbox;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Starts and ends simulated runtimes; news of them comes late, but in the order of the port. */
final class SimulatedProcesses implements Processes {

  private final Simulation world;
  private final SplittableRandom random;
  private final boolean leavesSurvivors;
  private final Map<Integer, Generation> generations = new HashMap<>();

  SimulatedProcesses(Simulation world, SplittableRandom random, boolean leavesSurvivors) {
    this.world = world;
    this.random = random;
    this.leavesSurvivors = leavesSurvivors;
  }

  @Override
  public void startRuntime(int generation, Listener listener) {
    Generation started = new Generation(generation, listener);
    generations.put(generation, started);
    started.start();
  }

  @Override
  public void stop(int generation, Listener listener) {
    Generation stopped = generations.get(generation);
    if (random.nextInt(100) < 15) {
      end(stopped, generation, listener);
    } else {
      later(() -> end(stopped, generation, listener));
    }
  }

  private void end(@Nullable Generation stopped, int generation, Listener listener) {
    if (stopped == null || leavesSurvivors) {
      listener.gone(generation);
    } else {
      stopped.kill(() -> listener.gone(generation));
    }
  }

  @Override
  public long peakMemoryBytes(int generation) {
    return 0;
  }

  private void later(Runnable news) {
    world.time().after(Duration.ofMillis(random.nextInt(21)), news);
  }

  private final class Generation {

    private final int number;
    private final Listener listener;
    private @Nullable SimulatedRuntime runtime;
    private boolean exitTold = true;

    Generation(int number, Listener listener) {
      this.number = number;
      this.listener = listener;
    }

    void start() {
      if (random.nextInt(100) < 6) {
        StartFailure failure = new StartFailure(StartFailure.Kind.INVALID_ENTRYPOINT, "none");
        later(() -> listener.startFailed(number, failure));
        return;
      }
      exitTold = false;
      world.invariants().processStarted(number);
      SimulatedRuntime started = world.newRuntime("runtime " + number, this::exit);
      runtime = started;
      listener.started(number);
      started.boot();
    }

    private void exit(ProcessExit exit) {
      die();
      later(() -> tellExit(exit));
    }

    private void die() {
      if (runtime != null) {
        runtime.die();
        runtime = null;
        world.invariants().processEnded(number);
      }
    }

    private void tellExit(ProcessExit exit) {
      if (!exitTold) {
        exitTold = true;
        listener.exited(number, exit);
      }
    }

    void kill(Runnable gone) {
      die();
      tellExit(new ProcessExit.Signaled("killed"));
      gone.run();
    }
  }
}
