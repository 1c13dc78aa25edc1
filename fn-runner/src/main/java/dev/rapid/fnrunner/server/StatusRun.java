package dev.rapid.fnrunner.server;

import com.google.protobuf.ByteString;
import dev.rapid.core.invocation.Dispatch;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.RunnerFunction;
import dev.rapid.fnrunner.server.protocol.RunnerStatus;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of the status function. Its result is text. */
final class StatusRun implements StreamingSink {

  /** What is longer is cut: a message has at most 4 MiB. */
  private static final long MAX_DETAILS = 64 * 1024;

  private final String id;
  private final Consumer<RunnerStatus> whenEnded;
  private final CallTimes times = new CallTimes();

  /** Guarded by this. */
  private ByteString details = ByteString.EMPTY;

  StatusRun(String id, Consumer<RunnerStatus> whenEnded) {
    this.id = id;
    this.whenEnded = whenEnded;
  }

  void begin(RunnerContext context, RunnerFunction function, CallModel call, byte[] input) {
    ByteString bytes = ByteString.copyFrom(input);
    Payload payload;
    if (function.streamsPayloads()) {
      StreamedBody streamed = new StreamedBody(() -> {});
      streamed.frame(bytes);
      streamed.complete();
      payload = streamed;
    } else {
      payload = Payload.of(input);
    }
    function.invoke(
        CallInvocation.of(function, call, payload, this, context.settings().responseBytes()));
  }

  void fail(CallFailure failure) {
    end(failure);
  }

  @Override
  public void dispatched(Dispatch dispatch) {
    times.dispatched(dispatch);
  }

  @Override
  public void begin(ResponseHead head, ResponseSource source) {}

  @Override
  public void write(Payload bytes) {
    synchronized (this) {
      for (ByteBuffer each : bytes.buffers()) {
        if (details.size() + each.remaining() <= MAX_DETAILS) {
          details = details.concat(ByteString.copyFrom(each));
        }
      }
    }
    bytes.release();
  }

  @Override
  public void complete(Outcome outcome) {
    CallFailure failure = CallFailure.of(outcome, times.wasDispatched());
    switch (outcome) {
      case Outcome.Returned(var payload, var contentType) -> write(payload);
      case Outcome.Reported(var errorType, var reportedType, var payload, var contentType) ->
          payload.release();
      default -> {}
    }
    end(failure);
  }

  private void end(@Nullable CallFailure failure) {
    RunnerStatus.Builder status = RunnerStatus.newBuilder().setId(id);
    times.writeTo(status);
    synchronized (this) {
      status.setDetails(details.toStringUtf8());
    }
    if (failure != null) {
      status.setFailed(true).setErrorCode(failure.code()).setErrorStr(failure.message());
    }
    whenEnded.accept(status.build());
  }
}
