package dev.rapid.core.testing;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.Subscriptions;
import dev.rapid.core.fleet.Membership;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.PhaseListener;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxPorts;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.core.worker.WorkerConnections;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes sandboxes. What a test does not bring itself is a fake that agrees to everything. */
public final class Sandboxes {

  private SandboxConfig config = SandboxConfig.started(SandboxConfig.DEFAULT_INIT_TIMEOUT);
  private Processes processes = FakeProcesses.stoppedAtOnce();
  private WorkerConnections connections = Runnable::run;
  private EventsApi events = event -> {};
  private Subscriptions subscriptions = Subscriptions.NONE;
  private PhaseListener phases = phase -> {};
  private @Nullable VirtualTime virtualTime;
  private Timers timers;
  private NanoClock clock;
  private WallClock wallClock;
  private Consumer<Invocation> available = invocation -> {};

  private Sandboxes() {
    VirtualTime time = new VirtualTime();
    timers = time;
    clock = time;
    wallClock = time;
  }

  /** A sandbox whose time stands still. */
  public static Sandboxes sandbox() {
    return new Sandboxes();
  }

  public Sandboxes config(SandboxConfig limits) {
    config = limits;
    return this;
  }

  public Sandboxes processes(Processes fakes) {
    processes = fakes;
    return this;
  }

  public Sandboxes connections(WorkerConnections closing) {
    connections = closing;
    return this;
  }

  public Sandboxes events(EventsApi receiver) {
    events = receiver;
    return this;
  }

  public Sandboxes subscriptions(Subscriptions delivery) {
    subscriptions = delivery;
    return this;
  }

  /** Lets the sandbox report to its place in a fleet. */
  public Sandboxes member(Membership membership) {
    phases = membership;
    available = membership::ended;
    return this;
  }

  public Sandboxes phases(PhaseListener listener) {
    phases = listener;
    return this;
  }

  /** Lets the sandbox live in the time of the test. */
  public Sandboxes time(VirtualTime time) {
    virtualTime = time;
    timers = time;
    clock = time;
    wallClock = time;
    return this;
  }

  /** Lets the sandbox live in the time of the system. */
  public Sandboxes realTime(Timers realTimers) {
    virtualTime = null;
    timers = realTimers;
    clock = NanoClock.SYSTEM;
    wallClock = WallClock.SYSTEM;
    return this;
  }

  /** Sets what takes each invocation that has ended. */
  public Sandboxes available(Consumer<Invocation> consumer) {
    available = consumer;
    return this;
  }

  /** Returns the surroundings alone. */
  public SandboxPorts ports() {
    return new SandboxPorts(
        processes, connections, events, subscriptions, phases, timers, clock, wallClock, available);
  }

  /** Returns a cold sandbox. */
  public Sandbox build() {
    Sandbox sandbox = new Sandbox(config, ports());
    if (virtualTime != null) {
      virtualTime.waitsWhile(sandbox::hasPendingEvents);
    }
    return sandbox;
  }
}
