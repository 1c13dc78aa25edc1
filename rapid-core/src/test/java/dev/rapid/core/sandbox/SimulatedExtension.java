package dev.rapid.core.sandbox;

import dev.rapid.core.extension.ExtensionErrorCall;
import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.RegisterCall;
import dev.rapid.core.extension.Registration;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * An extension that does everything that an extension may do, and much that it may not, together
 * with the connections between it and the sandbox. An internal one lives and dies with its runtime.
 */
final class SimulatedExtension extends SimulatedProcess {

  private static final List<List<String>> EXTERNAL_WISHES =
      List.of(List.of(), List.of("INVOKE"), List.of("SHUTDOWN"), List.of("INVOKE", "SHUTDOWN"));

  private static final List<List<String>> INTERNAL_WISHES =
      List.of(List.of(), List.of("INVOKE"), List.of("INVOKE", "INVOKE"));

  private final List<String> wishes;
  private final String id;
  private final boolean external;
  private final Set<Poll> polls = new LinkedHashSet<>();
  private boolean registered;
  private boolean working;

  private SimulatedExtension(
      Simulation world,
      SplittableRandom random,
      String name,
      List<List<String>> wishes,
      Consumer<ProcessExit> onExit,
      boolean external) {
    super(world, random, name, onExit);
    this.external = external;
    this.wishes = wishes.get(random.nextInt(wishes.size()));
    this.id = name + "#" + random.nextInt(1_000_000);
  }

  static SimulatedExtension external(
      Simulation world, SplittableRandom random, String name, Consumer<ProcessExit> onExit) {
    return new SimulatedExtension(world, random, name, EXTERNAL_WISHES, onExit, true);
  }

  static SimulatedExtension internal(
      Simulation world, SplittableRandom random, String name, Consumer<ProcessExit> onExit) {
    return new SimulatedExtension(world, random, name, INTERNAL_WISHES, onExit, false);
  }

  String name() {
    return name;
  }

  boolean isExternal() {
    return external;
  }

  boolean isRegistered() {
    return registered;
  }

  /** Returns whether it was told of an invocation and has not asked for more, and still can. */
  boolean isWorking() {
    return working && !dead;
  }

  /** The program begins. */
  void boot() {
    int dice = !external ? 100 : random.nextInt(100);
    if (dice < 3) {
      live(millis(0, 40), this::exit);
    } else if (dice < 5) {
      hang();
    } else {
      live(chance(8) ? millis(100, 700) : millis(0, 25), this::register);
    }
  }

  /** The process ends, from within or without. */
  void die() {
    dead = true;
    List.copyOf(polls).forEach(Poll::connectionClosed);
  }

  /** The sandbox closes what is left. */
  void disconnect() {
    disconnected = true;
    List.copyOf(polls).forEach(Poll::connectionClosed);
  }

  private void register() {
    List<String> events = chance(3) ? List.of("Invoke") : wishes;
    send(() ->
        world.post(
            new SandboxEvent.ExtensionRegistered(
                new Register(), new Registration(name, events, id))));
  }

  private void poll() {
    Poll poll = new Poll(callName("event next"));
    polls.add(poll);
    send(poll::arrive);
    int dice = random.nextInt(100);
    if (dice < 5) {
      live(millis(0, 300), () -> lose(poll));
    } else if (dice < 8) {
      live(millis(0, 300), this::exit);
    } else if (dice < 10) {
      live(millis(0, 300), () -> reportExitError(poll));
    } else if (dice < 12) {
      live(millis(0, 20), this::pollTwice);
    }
  }

  private void pollTwice() {
    Poll second = new Poll(callName("second event next"));
    polls.add(second);
    send(second::arrive);
  }

  private void lose(Poll poll) {
    if (!poll.answered) {
      poll.connectionClosed();
      live(millis(15, 60), this::poll);
    }
  }

  private void reportExitError(Poll poll) {
    if (!poll.answered) {
      reportExitError();
    }
  }

  private void reportExitError() {
    send(() ->
        world.post(new SandboxEvent.ExtensionExitErrorReported(new Report(), id, "Extension.Sad")));
    if (chance(70)) {
      live(millis(0, 40), this::exit);
    } else {
      hang();
    }
  }

  private void reportInitError() {
    send(() ->
        world.post(new SandboxEvent.ExtensionInitErrorReported(new Report(), id, "Extension.Sad")));
    if (chance(70)) {
      live(millis(0, 40), this::exit);
    } else {
      hang();
    }
  }

  private void invoked() {
    Duration work;
    int dice = random.nextInt(100);
    if (dice < 8) {
      work = millis(90, 3200);
    } else if (dice < 14) {
      work = world.functionTimeout().plus(millis(0, 40)).minusMillis(40).abs();
    } else {
      work = millis(0, 40);
    }
    int end = random.nextInt(100);
    if (end < 3) {
      live(work, this::exit);
    } else if (end < 6) {
      live(work, this::reportExitError);
    } else if (end < 8) {
      hang();
    } else {
      live(work, this::poll);
    }
  }

  private void toldOfShutdown() {
    int dice = random.nextInt(100);
    if (dice < 60) {
      live(millis(0, 40), () -> exit(new ProcessExit.Exited(0)));
    } else if (dice < 70) {
      live(millis(0, 40), this::exit);
    } else if (dice < 75) {
      reportExitError();
    } else if (dice < 80) {
      live(millis(0, 40), this::poll);
    } else {
      hang();
    }
  }

  private final class Register implements RegisterCall {

    private final String label = callName("register");
    private boolean answered;

    @Override
    public void accept() {
      world.invariants().answered(label, answered, "accepted");
      answered = true;
      registered = true;
      int dice = random.nextInt(100);
      if (dice < 4) {
        live(millis(0, 30), SimulatedExtension.this::reportInitError);
      } else if (dice < 6) {
        live(millis(0, 30), SimulatedExtension.this::exit);
      } else if (dice < 8) {
        hang();
      } else {
        live(chance(8) ? millis(100, 700) : millis(0, 30), SimulatedExtension.this::poll);
      }
    }

    @Override
    public void refuse(ExtensionRefusal refusal) {
      world.invariants().answered(label, answered, "refused");
      answered = true;
      if (chance(70)) {
        live(millis(0, 30), SimulatedExtension.this::exit);
      } else {
        live(millis(1, 30), SimulatedExtension.this::register);
      }
    }

    @Override
    public String toString() {
      return label;
    }
  }

  private final class Report implements ExtensionErrorCall {

    private final String label = callName("error");
    private boolean answered;

    @Override
    public void accept() {
      world.invariants().answered(label, answered, "accepted");
      answered = true;
    }

    @Override
    public void refuse(ExtensionRefusal refusal) {
      world.invariants().answered(label, answered, "refused");
      answered = true;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  private final class Poll implements ExtensionNextCall {

    private final String label;
    private boolean arrived;
    private boolean answered;
    private boolean closed;

    Poll(String label) {
      this.label = label;
    }

    void arrive() {
      arrived = true;
      working = false;
      world.post(new SandboxEvent.ExtensionPolledNext(this, id));
      if (closed) {
        noticeLater();
      }
    }

    void connectionClosed() {
      if (!closed) {
        closed = true;
        if (arrived) {
          noticeLater();
        }
      }
    }

    private void noticeLater() {
      world
          .time()
          .after(
              transport(),
              () -> {
                polls.remove(this);
                if (!answered) {
                  world.post(new SandboxEvent.ExtensionNextAbandoned(this, id));
                }
              });
    }

    @Override
    public void deliverInvoke(Invocation invocation, long deadlineEpochMillis) {
      answer("told of an invocation");
      world.invariants().toldOfInvocation(name, invocation);
      working = true;
      deliver(SimulatedExtension.this::invoked);
    }

    @Override
    public void deliverShutdown(String reason, long deadlineEpochMillis) {
      answer("told of the shutdown");
      world.invariants().toldOfShutdown(name);
      deliver(SimulatedExtension.this::toldOfShutdown);
    }

    private void deliver(Runnable then) {
      if (closed) {
        world
            .time()
            .after(
                transport(), () -> world.post(new SandboxEvent.ExtensionDeliveryFailed(this, id)));
      } else {
        world
            .time()
            .after(
                transport(),
                () -> {
                  if (!closed && !dead && !disconnected) {
                    then.run();
                  }
                });
      }
    }

    @Override
    public void refuse(ExtensionRefusal refusal) {
      answer("refused");
      if (!closed && chance(40)) {
        live(millis(0, 30), SimulatedExtension.this::exit);
      }
    }

    private void answer(String how) {
      world.invariants().answered(label, answered, how);
      answered = true;
      polls.remove(this);
    }

    @Override
    public String toString() {
      return label;
    }
  }
}
