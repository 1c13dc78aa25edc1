package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A fleet whose runtimes do what the test says. Sandboxes are called by their numbers. */
final class FleetScenario {

  final VirtualTime time;
  final Fleet fleet;
  private int capacity;
  private final Map<Integer, Sandbox> sandboxes = new TreeMap<>();
  private final Map<Integer, FakeProcesses> processes = new HashMap<>();
  private final Map<Integer, FakeSlot> polls = new HashMap<>();
  private final List<Integer> provisioned = new ArrayList<>();
  private @Nullable RuntimeException cannotMake;

  FleetScenario(FleetConfig config) {
    this(config, new VirtualTime(), null, null);
  }

  FleetScenario(FleetConfig config, VirtualTime time, @Nullable ProgramLimit limit) {
    this(config, time, limit, null);
  }

  FleetScenario(
      FleetConfig config,
      VirtualTime time,
      @Nullable ProgramLimit limit,
      @Nullable MemoryBudget memory) {
    this.time = time;
    this.capacity = config.capacity();
    this.fleet = new Fleet(config, this::make, time, time, limit, memory);
  }

  private Sandbox make(Membership member) {
    if (cannotMake != null) {
      throw cannotMake;
    }
    FakeProcesses fakes = FakeProcesses.stoppedAtOnce();
    processes.put(member.number(), fakes);
    if (member.provisioned()) {
      provisioned.add(member.number());
    }
    Sandbox made =
        Sandboxes.sandbox()
            .config(SandboxConfig.started(Duration.ZERO).withCapacity(capacity))
            .processes(fakes)
            .time(time)
            .member(member)
            .build();
    sandboxes.put(member.number(), made);
    return made;
  }

  /** Renews the function. */
  void renew(FleetConfig config) {
    capacity = config.capacity();
    fleet.renew(config);
  }

  /** Lets every further sandbox fail to be made. */
  void cannotMake(RuntimeException why) {
    cannotMake = why;
  }

  Invocation invoke(String id) {
    Invocation invocation = Invocations.anInvocation(id);
    fleet.invoke(invocation);
    return invocation;
  }

  Invocation invoke(String id, String tenant) {
    Invocation invocation = Invocations.invocation().requestId(id).tenantId(tenant).build();
    fleet.invoke(invocation);
    return invocation;
  }

  /** Lets the runtime of a sandbox ask for an invocation. */
  FakeSlot poll(int number) {
    FakeSlot slot = new FakeSlot();
    polls.put(number, slot);
    sandbox(number).post(new SandboxEvent.WorkerReady(slot));
    return slot;
  }

  /** Lets the runtime of a sandbox answer an invocation. */
  void answer(int number, String id) {
    FakeReply reply = new FakeReply();
    sandbox(number).post(new SandboxEvent.ReplyBegan(reply, ReplyKind.RESPONSE, id));
    sandbox(number)
        .post(new SandboxEvent.ReplyEnded(reply, new Reply.Response(Payload.of("1"), null)));
  }

  /** Lets the runtime of a sandbox answer an invocation and ask for the next one. */
  void finish(int number, String id) {
    answer(number, id);
    poll(number);
  }

  /** Ends the runtime of a sandbox. */
  void crash(int number) {
    processesOf(number).exit(new ProcessExit.Exited(1));
  }

  /** Ends the runtime of a sandbox during its init, and lets the time pass for a last report. */
  void failInit(int number) {
    crash(number);
    time.advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);
  }

  /** Returns the id of what the last poll of a sandbox was answered with, null if with nothing. */
  @Nullable String runs(int number) {
    FakeSlot slot = polls.get(number);
    Invocation delivered = slot == null ? null : slot.delivered();
    return delivered == null ? null : delivered.requestId();
  }

  /** Returns how often the runtime of a sandbox was started. */
  int starts(int number) {
    return processesOf(number).starts().size();
  }

  /** Returns the sandboxes that exist now. */
  List<Integer> members() {
    return fleet.members().stream().map(Member::number).toList();
  }

  /** Returns the sandboxes that were made as provisioned ones. */
  List<Integer> provisioned() {
    return provisioned;
  }

  private Sandbox sandbox(int number) {
    Sandbox sandbox = sandboxes.get(number);
    if (sandbox == null) {
      throw new AssertionError("no sandbox " + number + " among " + sandboxes.keySet());
    }
    return sandbox;
  }

  private FakeProcesses processesOf(int number) {
    FakeProcesses known = processes.get(number);
    if (known == null) {
      throw new AssertionError("no sandbox " + number + " among " + sandboxes.keySet());
    }
    return known;
  }
}
