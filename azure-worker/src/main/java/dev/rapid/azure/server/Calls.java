package dev.rapid.azure.server;

import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.http.AzureHttpGateway;
import dev.rapid.azure.http.UrlRequest;
import dev.rapid.azure.http.UrlResponse;
import dev.rapid.azure.protocol.InvocationCancel;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.server.forward.ForwardedCall;
import dev.rapid.azure.server.forward.ForwardedInvocation;
import dev.rapid.azure.server.forward.ForwardingOwner;
import dev.rapid.azure.server.forward.WorkerServer;
import dev.rapid.azure.trigger.FunctionErrors;
import dev.rapid.azure.trigger.FunctionReply;
import dev.rapid.azure.trigger.HttpCall;
import dev.rapid.azure.trigger.TriggerCall;
import dev.rapid.azure.trigger.TriggerMapping;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.CollectedPayload;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.Reply;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The invocations of one worker: as many at once as it has room for, each with exactly one answer
 * (contract azure-functions-worker, sections 6.4, 6.5 and 14.4). Runs in the mailbox of the
 * session, except for the translation of long payloads.
 */
final class Calls {

  private static final Logger LOG = System.getLogger(Calls.class.getName());

  private static final String CANCEL = "HandlesInvocationCancelMessage";
  private static final String INVALID_PAYLOAD = AzureHttpGateway.INVALID_PAYLOAD;
  private static final ResponseHead NO_HEAD = new ResponseHead(null, false);

  /** How long a worker may go on with an invocation that timed out, if others share it. */
  private static final Duration CANCEL_TIME = Duration.ofSeconds(5);

  /** Longer messages are translated by threads of their own, not by those of the connections. */
  private static final int SHORT_BYTES = 64 * 1024;

  private final Session session;
  private final TriggerMapping mapping;

  /** What the worker has, by the id that it knows. */
  private final Map<String, Call> running = new HashMap<>();

  /** What the sandbox has delivered and not got an answer for. */
  private final Map<Slot, Call> delivered = new HashMap<>();

  private long slots;

  Calls(Session session, TriggerMapping mapping) {
    this.session = session;
    this.mapping = mapping;
  }

  void run(Runnable task) {
    session.run(task);
  }

  // ------------------------------------------------------------------ the request

  /** The worker has room for one more. */
  void offer() {
    if (!session.isOver()) {
      String deliveryId = session.generation() + "." + ++slots;
      session.post(new SandboxEvent.WorkerReady(new Slot(this, deliveryId)));
    }
  }

  /** Called by the sandbox, on any thread. */
  void deliver(Slot slot, Invocation invocation) {
    // The sandbox may be done with the payload before the message is written.
    invocation.payload().acquire();
    Call call = new Call(this, slot, invocation);
    run(() -> begin(call));
  }

  private void begin(Call call) {
    if (session.isOver()) {
      notDelivered(call);
      return;
    }
    delivered.put(call.slot(), call);
    WorkerServer server = session.server();
    if (server != null && mapping.isHttp() && UrlRequest.of(call.invocation()) != null) {
      // The body goes on over HTTP, as it comes.
      request(call, Payload.EMPTY);
      return;
    }
    CollectedPayload.collect(
        call.invocation().payload(), UrlRequest.MAX_MESSAGE_BODY_BYTES, new Arrival(call));
  }

  /** What becomes of a payload that has to be whole. */
  private final class Arrival implements CollectedPayload.Receiver {

    private final Call call;

    Arrival(Call call) {
      this.call = call;
    }

    @Override
    public void complete(Payload whole) {
      translate(whole.size(), () -> request(call, whole));
    }

    @Override
    public void tooLarge() {
      run(() ->
          failed(
              call,
              INVALID_PAYLOAD,
              "The body is longer than "
                  + UrlRequest.MAX_MESSAGE_BODY_BYTES
                  + " bytes, which is the limit"));
    }

    @Override
    public void truncated() {
      run(() ->
          failed(
              call,
              ErrorType.SANDBOX_FAILURE.wireName(),
              "The caller has gone in the middle of the payload"));
    }
  }

  private void request(Call call, Payload whole) {
    TriggerCall translated;
    try {
      translated = mapping.call(call.invocation().withPayload(whole), session.features());
    } catch (InvalidPayloadException e) {
      String message = String.valueOf(e.getMessage());
      run(() -> failed(call, INVALID_PAYLOAD, message));
      return;
    } catch (RuntimeException | Error e) {
      // An error too must have an outcome: the memory may be too small for this payload alone.
      LOG.log(Level.ERROR, "Could not translate " + call.invocation(), e);
      String type = ErrorType.SANDBOX_FAILURE.wireName();
      run(() -> failed(call, type, "Rapid could not translate the payload: " + e));
      return;
    }
    run(() -> send(call, translated));
  }

  private static void translate(long bytes, Runnable task) {
    if (bytes < SHORT_BYTES) {
      task.run();
    } else {
      Thread unused = Thread.ofVirtual().name("rapid-azure-payload").start(task);
    }
  }

  private void send(Call call, TriggerCall translated) {
    if (session.isOver()) {
      notDelivered(call);
      return;
    }
    if (call.isCancelled()) {
      release(call);
      forget(call);
      offer();
      return;
    }
    InvocationRequest request = translated.request();
    if (running.containsKey(request.getInvocationId())) {
      request = request.toBuilder().setInvocationId(newId()).build();
    }
    call.sentAs(request.getInvocationId(), translated.replyForm());
    running.put(call.id(), call);
    WorkerServer server = session.server();
    if (server != null && mapping.isHttp()) {
      request = forward(call, server, new TriggerCall(request, translated.replyForm()));
    }
    call.outgoing(
        session.send(
            StreamingMessage.newBuilder().setInvocationRequest(request).build(),
            () -> release(call)));
  }

  /**
   * Sends the request to the HTTP server of the worker.
   *
   * @return what is left for the message
   */
  private InvocationRequest forward(Call call, WorkerServer server, TriggerCall translated) {
    HttpCall http = mapping.split(translated, session.features());
    UrlRequest url = UrlRequest.of(call.invocation());
    ForwardedCall request =
        url == null
            ? ForwardedCall.whole(server, http.request(), http.body(), call.id())
            : ForwardedCall.streamed(server, url, call.invocation().payload(), call.id());
    ForwardedInvocation forwarded =
        new ForwardedInvocation(
            session.forwarder(),
            request,
            call.invocation(),
            call.slot().deliveryId(),
            new Forwarding(call));
    call.forwardedAs(forwarded);
    forwarded.begin();
    return http.message();
  }

  /** What becomes of an invocation over HTTP. */
  private final class Forwarding implements ForwardingOwner {

    private final Call call;

    Forwarding(Call call) {
      this.call = call;
    }

    @Override
    public void post(SandboxEvent event) {
      run(() -> session.post(event));
    }

    @Override
    public FunctionReply failureOf(InvocationResponse response) {
      return reply(call, response);
    }

    @Override
    public FunctionReply replyOf(UrlResponse head, Payload body, InvocationResponse response) {
      return mapping.reply(call.form(), head, body, response);
    }

    /** The sandbox has no deadline for it any more. */
    @Override
    public void repliedBeforeMessage() {
      Duration limit = call.invocation().function().timeout();
      if (!limit.isZero()) {
        session.after(
            limit,
            () -> endHung(call, "The worker did not say that a function is over after its reply"));
      }
    }

    @Override
    public void cancelInWorker() {
      run(() -> {
        if (running.get(call.id()) == call) {
          sendCancel(call);
        }
      });
    }

    @Override
    public void unreachable(String message) {
      run(() -> session.broken(ErrorType.RUNTIME_UNKNOWN, message, false));
    }

    @Override
    public void done() {
      run(() -> {
        forget(call);
        offer();
      });
    }
  }

  /** The worker says nothing more of what it has over HTTP. */
  void workerLost() {
    for (Call call : delivered.values()) {
      ForwardedInvocation forwarded = call.forwarded();
      if (forwarded != null) {
        forwarded.workerLost();
      }
    }
  }

  /** Nothing over HTTP reaches the sandbox any more. */
  void closeForwarded() {
    delivered.values().forEach(Calls::closeForwarded);
  }

  private static void closeForwarded(Call call) {
    ForwardedInvocation forwarded = call.forwarded();
    if (forwarded != null) {
      forwarded.close();
    }
  }

  /** Callers choose request ids, and an invocation that timed out may still have this one. */
  private static String newId() {
    return UUID.randomUUID().toString();
  }

  /** The worker has nothing of it, and gets nothing any more. */
  private void notDelivered(Call call) {
    release(call);
    forget(call);
    session.post(new SandboxEvent.DeliveryFailed(call.slot()));
  }

  /** It ends without the worker. */
  private void failed(Call call, String type, String message) {
    release(call);
    if (delivered.containsKey(call.slot())) {
      began(call, new FunctionReply(NO_HEAD, FunctionErrors.error(type, message, "")));
    }
  }

  private static void release(Call call) {
    call.invocation().payload().release();
  }

  // ------------------------------------------------------------------ the answer

  /** Returns whether the worker has an invocation with this id. */
  @Nullable Invocation running(String id) {
    Call call = running.get(id);
    return call == null ? null : call.invocation();
  }

  /**
   * Takes an answer of the worker.
   *
   * @return whether an invocation waits for it
   */
  boolean answered(InvocationResponse response) {
    Call call = running.remove(response.getInvocationId());
    if (call == null) {
      return false;
    }
    ForwardedInvocation forwarded = call.forwarded();
    if (forwarded != null) {
      forwarded.responded(response);
      return true;
    }
    translate(
        response.getSerializedSize(),
        () -> {
          FunctionReply reply = reply(call, response);
          run(() -> began(call, reply));
        });
    return true;
  }

  private FunctionReply reply(Call call, InvocationResponse response) {
    try {
      return mapping.reply(call.form(), response);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "Could not translate the answer to " + call.invocation(), e);
      return new FunctionReply(
          NO_HEAD, new Reply.Malformed(ErrorType.FUNCTION_UNKNOWN.wireName(), null));
    }
  }

  private void began(Call call, FunctionReply reply) {
    call.answeredWith(reply);
    session.post(
        new SandboxEvent.ReplyBegan(
            call, reply.kind(), call.invocation().requestId(), call.slot().deliveryId()));
  }

  /** The sandbox has the answer: the worker has room for the next invocation. */
  void ended(Call call, Reply reply) {
    forget(call);
    session.post(new SandboxEvent.ReplyEnded(call, reply));
    offer();
  }

  /** The sandbox does not want the answer, because the invocation is over. */
  void refused(Call call) {
    session.dropped("an answer that comes too late");
    forget(call);
    offer();
  }

  private void forget(Call call) {
    boolean unused = delivered.remove(call.slot(), call);
  }

  // ------------------------------------------------------------------ cancel and end

  /** Called by the sandbox, on any thread. */
  void cancel(Slot slot) {
    run(() -> {
      Call call = delivered.get(slot);
      if (call != null && !call.isCancelled()) {
        cancel(call);
      }
    });
  }

  private void cancel(Call call) {
    call.cancel();
    WorkerStream.Outgoing outgoing = call.outgoing();
    if (outgoing == null || running.get(call.id()) != call) {
      return; // It is being translated, or its answer is.
    }
    ForwardedInvocation forwarded = call.forwarded();
    if (session.withdraw(outgoing)) {
      closeForwarded(call);
      running.remove(call.id(), call);
      forget(call);
      offer();
      return;
    }
    if (forwarded != null) {
      forwarded.cancel();
    }
    session.after(
        CANCEL_TIME,
        () ->
            endHung(
                call,
                "The worker did not end a cancelled invocation within "
                    + CANCEL_TIME.toSeconds()
                    + " s"));
    sendCancel(call);
  }

  /** A function that hangs must not have a part of the worker for ever. */
  private void endHung(Call call, String message) {
    if (running.get(call.id()) == call) {
      session.broken(ErrorType.SANDBOX_TIMEDOUT, message, false);
    }
  }

  /** Cancels what the worker runs, because it is to end. */
  void cancelAll() {
    running.values().forEach(this::sendCancel);
  }

  private void sendCancel(Call call) {
    if (session.features().has(CANCEL)) {
      session.send(
          StreamingMessage.newBuilder()
              .setInvocationCancel(InvocationCancel.newBuilder().setInvocationId(call.id()))
              .build());
    }
  }

  /** The stream has ended: what the worker cannot have is delivered again. */
  void streamEnded() {
    for (Call call : List.copyOf(delivered.values())) {
      WorkerStream.Outgoing outgoing = call.outgoing();
      if (outgoing != null && session.withdraw(outgoing)) {
        closeForwarded(call);
        running.remove(call.id(), call);
        forget(call);
        session.post(new SandboxEvent.DeliveryFailed(call.slot()));
      }
    }
  }
}
