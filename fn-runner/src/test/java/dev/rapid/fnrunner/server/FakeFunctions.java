package dev.rapid.fnrunner.server;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Dispatch;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.testing.Functions;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.RunnerFunction;
import dev.rapid.fnrunner.RunnerFunctions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Functions whose behaviour a test says; by the image that calls name. */
final class FakeFunctions implements RunnerFunctions {

  private final Map<String, FakeFunction> byImage = new ConcurrentHashMap<>();
  final LinkedBlockingQueue<Invocation> cancelled = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<CallModel> calls = new LinkedBlockingQueue<>();

  /** Adds a function whose worker takes complete payloads. */
  FakeFunctions buffered(String image, Consumer<Invocation> behaviour) {
    byImage.put(image, new FakeFunction(false, behaviour));
    return this;
  }

  /** Adds a function whose worker takes payloads while they arrive. */
  FakeFunctions streaming(String image, Consumer<Invocation> behaviour) {
    byImage.put(image, new FakeFunction(true, behaviour));
    return this;
  }

  /** Ends an invocation, as the owner of the function does. */
  static void complete(Invocation invocation, Outcome outcome) {
    invocation.sink().complete(outcome);
    invocation.payload().release();
  }

  static void dispatch(Invocation invocation) {
    invocation.sink().dispatched(new Dispatch(null));
  }

  /** Returns the next invocation that was cancelled. */
  Invocation nextCancelled() throws InterruptedException {
    Invocation next = cancelled.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no invocation was cancelled");
    }
    return next;
  }

  @Override
  public @Nullable RunnerFunction find(CallModel call) {
    calls.add(call);
    return byImage.get(call.image());
  }

  @Override
  public int totalMegabytes() {
    return 1024;
  }

  @Override
  public Map<String, String> status() {
    return Map.of("idle", "3");
  }

  private final class FakeFunction implements RunnerFunction {

    private final boolean streams;
    private final Consumer<Invocation> behaviour;

    FakeFunction(boolean streams, Consumer<Invocation> behaviour) {
      this.streams = streams;
      this.behaviour = behaviour;
    }

    @Override
    public FunctionDescription description() {
      return Functions.aFunction();
    }

    @Override
    public String arn() {
      return "arn:aws:lambda:us-east-1:012345678912:function:f";
    }

    @Override
    public boolean streamsPayloads() {
      return streams;
    }

    @Override
    public void invoke(Invocation invocation) {
      behaviour.accept(invocation);
    }

    @Override
    public void cancel(Invocation invocation) {
      cancelled.add(invocation);
    }
  }
}
