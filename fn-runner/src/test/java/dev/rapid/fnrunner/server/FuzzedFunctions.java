package dev.rapid.fnrunner.server;

import com.google.protobuf.ByteString;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamedPayload;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.testing.Functions;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.RunnerFunction;
import dev.rapid.fnrunner.RunnerFunctions;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Functions that do anything that the contract of a sink allows, at any time and on any thread:
 * {@code f} streams, {@code buffered} does not.
 */
final class FuzzedFunctions implements RunnerFunctions, AutoCloseable {

  private final Random random;
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
  private final Map<Invocation, Run> runs = new ConcurrentHashMap<>();
  private final AtomicInteger payloads = new AtomicInteger();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private volatile boolean wellBehaved;

  FuzzedFunctions(Random random) {
    this.random = random;
  }

  /** Lets all functions echo from now on. */
  void behaveWell() {
    wellBehaved = true;
  }

  /** Returns how many pieces of answers were not released. */
  int openPayloads() {
    return payloads.get();
  }

  /** Returns what callers did that they must not do. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  @Override
  public @Nullable RunnerFunction find(CallModel call) {
    return switch (call.image()) {
      case "f" -> new FuzzedFunction(true);
      case "buffered" -> new FuzzedFunction(false);
      default -> null;
    };
  }

  @Override
  public int totalMegabytes() {
    return 1024;
  }

  @Override
  public Map<String, String> status() {
    return Map.of();
  }

  private synchronized int next(int bound) {
    return random.nextInt(bound);
  }

  private final class FuzzedFunction implements RunnerFunction {

    private final boolean streams;

    FuzzedFunction(boolean streams) {
      this.streams = streams;
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
      Run run = new Run(invocation);
      if (runs.put(invocation, run) != null) {
        faults.add("one invocation began twice");
      }
      run.begin();
    }

    @Override
    public void cancel(Invocation invocation) {
      Run run = runs.get(invocation);
      if (run != null) {
        run.end(new Outcome.Rejected(Outcome.Rejection.CALLER_GONE));
      }
    }
  }

  /** One invocation, which ends once. */
  private final class Run implements StreamedPayload.Receiver {

    private final Invocation invocation;
    private final StreamingSink sink;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final int behaviour = wellBehaved ? 0 : next(8);

    Run(Invocation invocation) {
      this.invocation = invocation;
      this.sink = (StreamingSink) invocation.sink();
    }

    void begin() {
      if (behaviour == 1) {
        end(new Outcome.Rejected(Outcome.Rejection.FUNCTION_BUSY));
      } else if (behaviour == 2) {
        later(this::run);
      } else {
        run();
      }
    }

    private void run() {
      FakeFunctions.dispatch(invocation);
      if (invocation.payload() instanceof StreamedPayload streamed && behaviour != 3) {
        streamed.passTo(this);
      } else {
        later(this::answer);
      }
    }

    private void later(Runnable task) {
      var ignored = threads.schedule(task, next(2_000), TimeUnit.MICROSECONDS);
    }

    @Override
    public void write(Payload bytes) {
      if (behaviour == 4) {
        later(bytes::release);
      } else {
        bytes.release();
      }
    }

    @Override
    public void complete() {
      if (behaviour % 2 == 0) {
        answer();
      } else {
        later(this::answer);
      }
    }

    @Override
    public void truncated() {
      end(new Outcome.Failed(ErrorType.RUNTIME_UNKNOWN, "truncated"));
    }

    private void answer() {
      if (behaviour == 5) {
        end(new Outcome.Failed(ErrorType.SANDBOX_TIMEDOUT, "late"));
        return;
      }
      if (behaviour == 6) {
        end(new Outcome.Reported("Error", null, Payload.of("x"), null));
        return;
      }
      sink.begin(
          new ResponseHead(null, false, PayloadHeaders.NONE),
          () -> end(new Outcome.Streamed(ResponseEnd.TRUNCATED, null, null)));
      int pieces = wellBehaved ? 1 : next(4);
      for (int i = 0; i < pieces; i++) {
        payloads.incrementAndGet();
        sink.write(
            new ByteStringPayload(
                ByteString.copyFrom(new byte[1 + next(wellBehaved ? 10 : 30_000)]),
                payloads::decrementAndGet));
      }
      end(new Outcome.Streamed(ResponseEnd.COMPLETE, null, null));
    }

    private void end(Outcome outcome) {
      if (ended.compareAndSet(false, true)) {
        runs.remove(invocation);
        FakeFunctions.complete(invocation, outcome);
      } else if (outcome instanceof Outcome.Reported reported) {
        reported.payload().release();
      }
    }
  }
}
