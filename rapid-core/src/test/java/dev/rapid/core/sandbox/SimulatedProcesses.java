package dev.rapid.core.sandbox;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Starts and ends simulated processes; news of them comes late, but in the order of the port. */
final class SimulatedProcesses implements Processes {

  private final Simulation world;
  private final SplittableRandom random;
  private final boolean leavesSurvivors;
  private final List<String> extensions;
  private final Map<ProcessName, Started> started = new LinkedHashMap<>();

  SimulatedProcesses(Simulation world, SplittableRandom random, boolean leavesSurvivors) {
    this.world = world;
    this.random = random;
    this.leavesSurvivors = leavesSurvivors;
    int count = random.nextInt(100) < 60 ? 0 : random.nextInt(100) < 3 ? 11 : 1 + random.nextInt(3);
    this.extensions =
        IntStream.range(0, count).mapToObj(i -> "extension " + (char) ('a' + i)).toList();
  }

  @Override
  public List<String> findExtensions() {
    return extensions;
  }

  @Override
  public void start(ProcessName process, Listener listener) {
    Started starting = new Started(process, listener);
    if (started.putIfAbsent(process, starting) != null) {
      throw new AssertionError(process + " was started twice");
    }
    starting.start();
  }

  @Override
  public void terminate(ProcessName process) {
    Started asked = started.get(process);
    if (asked != null && random.nextInt(100) < 60) {
      world
          .time()
          .after(
              Duration.ofMillis(random.nextInt(40)),
              () -> asked.exit(new ProcessExit.Signaled("terminated")));
    }
  }

  @Override
  public void kill(ProcessName process) {
    Started killed = started.get(process);
    if (killed != null && !leavesSurvivors) {
      killed.exit(new ProcessExit.Signaled("killed"));
    }
  }

  @Override
  public void freeze(int generation) {
    world.freeze();
  }

  @Override
  public void thaw(int generation) {
    world.thaw();
  }

  @Override
  public void stop(int generation, Listener listener) {
    world.invariants().stopBegan(generation);
    if (random.nextInt(100) < 15) {
      end(generation, listener);
    } else {
      later(() -> end(generation, listener));
    }
  }

  private void end(int generation, Listener listener) {
    if (!leavesSurvivors) {
      for (Started each : List.copyOf(started.values())) {
        if (each.name.generation() == generation) {
          each.kill();
        }
      }
    }
    listener.gone(generation);
  }

  @Override
  public long peakMemoryBytes(int generation) {
    return 0;
  }

  private void later(Runnable news) {
    world.time().after(Duration.ofMillis(random.nextInt(21)), news);
  }

  private final class Started {

    private final ProcessName name;
    private final Listener listener;
    private Runnable death = () -> {};
    private boolean alive;
    private boolean exitTold = true;

    Started(ProcessName name, Listener listener) {
      this.name = name;
      this.listener = listener;
    }

    void start() {
      int failures = name.extension() == null ? 6 : 2;
      if (random.nextInt(100) < failures) {
        StartFailure failure = new StartFailure(StartFailure.Kind.PERMISSION_DENIED, "none");
        later(() -> listener.startFailed(name, failure));
        return;
      }
      exitTold = false;
      alive = true;
      world.processStarted(name);
      Consumer<ProcessExit> onExit = this::exit;
      String extension = name.extension();
      if (extension == null) {
        SimulatedRuntime runtime = world.newRuntime(name.toString(), onExit);
        death = runtime::die;
        listener.started(name);
        runtime.boot();
        if (!leavesSurvivors && random.nextInt(100) < 5) {
          // It started the runtime in the background and ends.
          later(() -> tellExit(new ProcessExit.Exited(0)));
        }
      } else {
        SimulatedExtension program = world.newExtension(extension, onExit);
        death = program::die;
        listener.started(name);
        program.boot();
      }
    }

    void exit(ProcessExit exit) {
      if (alive) {
        die();
        later(() -> tellExit(exit));
      }
    }

    private void die() {
      if (alive) {
        alive = false;
        death.run();
        world.invariants().processEnded(name);
      }
    }

    private void tellExit(ProcessExit exit) {
      if (!exitTold) {
        exitTold = true;
        listener.exited(name, exit);
      }
    }

    void kill() {
      die();
      tellExit(new ProcessExit.Signaled("killed"));
    }
  }
}
