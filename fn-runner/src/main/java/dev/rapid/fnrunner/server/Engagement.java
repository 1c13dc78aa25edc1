package dev.rapid.fnrunner.server;

import com.google.protobuf.ByteString;
import dev.rapid.core.invocation.Dispatch;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadPrefix;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.time.CancellableTimers;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.RunnerFunction;
import dev.rapid.fnrunner.server.protocol.CallFinished;
import dev.rapid.fnrunner.server.protocol.ClientMsg;
import dev.rapid.fnrunner.server.protocol.DataFrame;
import dev.rapid.fnrunner.server.protocol.RunnerMsg;
import dev.rapid.fnrunner.server.protocol.TryCall;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way (contract fn-runner, section 1.4): a {@code try}, the frames of the body, and
 * the answer. gRPC calls the methods of the listener one after the other; those of the sink come on
 * any thread.
 */
final class Engagement extends ServerCall.Listener<ClientMsg> implements StreamingSink {

  private static final Logger LOG = System.getLogger(Engagement.class.getName());

  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final String JSON = "application/json";

  private final RunnerContext context;
  private final ServerCall<ClientMsg, RunnerMsg> call;
  private final CallAnswer answer;
  private final CallTimes times = new CallTimes();

  /** What the caller may send next. */
  private enum Expected {
    TRY,
    FRAMES,
    NOTHING
  }

  private volatile Expected expected = Expected.TRY;
  private volatile @Nullable CallModel model;
  private volatile @Nullable CallBody body;
  private volatile CancellableTimers.@Nullable Scheduled upload;
  private long bodyBytes;

  // Both guarded by this.
  private @Nullable RunningCall running;
  private boolean cancelled;

  private volatile boolean handled;
  private volatile @Nullable ResponseSource source;
  private volatile @Nullable RunnerFunction function;

  /** How many bytes of the answer the caller may still get. */
  private long allowance;

  /** An invocation, and what runs it. */
  private record RunningCall(RunnerFunction function, Invocation invocation) {}

  Engagement(RunnerContext context, ServerCall<ClientMsg, RunnerMsg> call) {
    this.context = context;
    this.call = call;
    this.answer = new CallAnswer(call, () -> context.counters().closed(handled));
    this.allowance = context.settings().responseBytes();
  }

  // ------------------------------------------------------------------ from the caller

  @Override
  public void onMessage(ClientMsg message) {
    try {
      switch (expected) {
        case TRY -> {
          if (message.getBodyCase() == ClientMsg.BodyCase.TRY) {
            attempt(message.getTry());
          } else {
            breakOff("The first message must be a try");
          }
        }
        case FRAMES -> {
          if (message.getBodyCase() == ClientMsg.BodyCase.DATA) {
            frame(message.getData());
          } else {
            breakOff("Only data may follow the try");
          }
        }
        case NOTHING -> {}
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A call failed, which is a bug of Rapid", e);
      giveUp(CallFailure.ours());
    }
  }

  @Override
  public void onHalfClose() {
    if (expected != Expected.NOTHING) {
      breakOff("The caller has ended the stream before its body");
    }
  }

  @Override
  public void onReady() {
    answer.proceed();
  }

  @Override
  public void onCancel() {
    leave();
  }

  @Override
  public void onComplete() {
    leave();
  }

  /** The stream has ended; the caller learns of nothing more, also of no refusal. */
  private void leave() {
    expected = Expected.NOTHING;
    handled = true;
    answer.abandon();
    cancel();
    context.counters().streamEnded();
  }

  private void attempt(TryCall attempt) {
    CallModel read;
    try {
      read = CallReader.read(attempt);
    } catch (CallReader.CallException e) {
      finish(e.id(), e.failure());
      return;
    }
    model = read;
    CallFailure refusal = context.refusal(read);
    if (refusal != null) {
      finish(refusal);
      return;
    }
    RunnerFunction found;
    try {
      found = context.functions().find(read);
    } catch (IllegalArgumentException e) {
      finish(CallFailure.invalid(String.valueOf(e.getMessage())));
      return;
    }
    if (found == null) {
      finish(CallFailure.unknownFunction(read));
      return;
    }
    function = found;
    expected = Expected.FRAMES;
    if (found.streamsPayloads()) {
      StreamedBody streamed = new StreamedBody(this::askForFrame);
      body = streamed;
      begin(found, read, streamed);
    } else {
      body =
          new BufferedBody(
              context.budget(),
              payload -> begin(found, read, payload),
              () -> giveUp(CallFailure.unavailable("The runner has no memory for the body")),
              this::askForFrame);
      limitUpload(read.timeout());
    }
    askForFrame();
  }

  /** A worker that gets complete bodies only does not notice that this one takes too long. */
  private void limitUpload(Duration timeout) {
    upload =
        context
            .timers()
            .scheduleCancellable(
                System.nanoTime() + timeout.toNanos(),
                () -> giveUp(CallFailure.timedOut("The body of the call took too long")));
  }

  private void endUpload() {
    CancellableTimers.Scheduled limit = upload;
    if (limit != null) {
      limit.cancel();
    }
  }

  private void askForFrame() {
    call.request(1);
  }

  private void frame(DataFrame frame) {
    CallBody to = body;
    if (to == null) {
      return;
    }
    ByteString bytes = frame.getData();
    bodyBytes += bytes.size();
    if (bodyBytes > context.settings().requestBytes()) {
      giveUp(CallFailure.tooLarge(context.settings().requestBytes()));
      return;
    }
    if (frame.getEof()) {
      expected = Expected.NOTHING;
      endUpload();
    }
    if (!bytes.isEmpty() || !frame.getEof()) {
      to.frame(bytes);
    }
    if (frame.getEof()) {
      to.complete();
    }
  }

  /** The caller has broken the protocol. */
  private void breakOff(String why) {
    expected = Expected.NOTHING;
    handled = true;
    answer.breakOff(Status.UNKNOWN.withDescription(why));
    cancel();
  }

  /** Ends the call whatever it does. */
  void giveUp(CallFailure failure) {
    expected = Expected.NOTHING;
    finish(failure);
    cancel();
  }

  // ------------------------------------------------------------------ to the function

  private void begin(RunnerFunction to, CallModel read, Payload payload) {
    Invocation invocation = CallInvocation.of(to, read, payload, this, maxResponseBytes());
    synchronized (this) {
      if (cancelled) {
        payload.release();
        return;
      }
      running = new RunningCall(to, invocation);
    }
    context.counters().began();
    try {
      to.invoke(invocation);
    } catch (RuntimeException e) {
      synchronized (this) {
        running = null;
      }
      context.counters().ended();
      payload.release();
      throw e;
    }
  }

  private long maxResponseBytes() {
    return isDetached() ? Invocation.UNLIMITED : context.settings().responseBytes();
  }

  private boolean isDetached() {
    CallModel read = model;
    return read != null && read.detached();
  }

  /** Ends what runs for a caller who does not want it any more; a detached call goes on. */
  private void cancel() {
    endUpload();
    CallBody unread = body;
    RunningCall ended;
    synchronized (this) {
      cancelled = true;
      ended = running;
    }
    ResponseSource begun = source;
    if (begun != null) {
      begun.cancel();
    } else if (ended != null && !(isDetached() && times.wasDispatched())) {
      ended.function().cancel(ended.invocation());
    }
    if (unread != null) {
      unread.truncated();
    }
  }

  @Override
  public void dispatched(Dispatch dispatch) {
    if (times.dispatched(dispatch) && isDetached()) {
      answer.begin(ACCEPTED, List.of());
    }
  }

  @Override
  public void begin(ResponseHead head, ResponseSource from) {
    if (isDetached()) {
      return;
    }
    source = from;
    answer.begin(OK, ForwardedHeaders.ofAnswer(head, usualContentType()));
    synchronized (this) {
      if (!cancelled) {
        return;
      }
    }
    from.cancel();
  }

  private String usualContentType() {
    RunnerFunction to = function;
    return to == null || to.streamsPayloads() ? "" : JSON;
  }

  @Override
  public void write(Payload bytes) {
    if (isDetached()) {
      bytes.release();
      return;
    }
    long allowed = allowance;
    allowance = allowed - Math.min(allowed, bytes.size());
    if (bytes.size() <= allowed) {
      answer.write(bytes);
    } else {
      answer.write(new PayloadPrefix(bytes, allowed));
    }
  }

  @Override
  public void complete(Outcome outcome) {
    synchronized (this) {
      running = null;
    }
    CallFailure failure = CallFailure.of(outcome, times.wasDispatched());
    switch (outcome) {
      case Outcome.Returned(var payload, var contentType) -> {
        if (payload.size() > maxResponseBytes()) {
          failure = CallFailure.ofFunction("The function's answer is too long");
        }
        begin(new ResponseHead(contentType, false), () -> {});
        write(payload);
      }
      case Outcome.Reported(var errorType, var reportedType, var payload, var contentType) ->
          payload.release();
      default -> {}
    }
    finish(failure);
    context.counters().ended();
  }

  // ------------------------------------------------------------------ the end

  private void finish(@Nullable CallFailure failure) {
    CallModel read = model;
    finish(read == null ? "" : read.id(), failure);
  }

  private void finish(String id, @Nullable CallFailure failure) {
    CallFinished.Builder finished = CallFinished.newBuilder().setDetails(id);
    CallModel read = model;
    if (read != null) {
      finished.setImage(read.image());
    }
    times.writeTo(finished);
    if (failure == null) {
      finished.setSuccess(true);
    } else {
      finished
          .setErrorCode(failure.code())
          .setErrorUser(failure.user())
          .setErrorStr(failure.message());
    }
    if (failure == null || !failure.isRefusal()) {
      handled = true;
    }
    answer.finish(finished.build(), failure != null);
  }
}
