package dev.rapid.azure.server.forward;

import static org.awaitility.Awaitility.await;

import dev.rapid.azure.http.UrlRequest;
import dev.rapid.azure.http.UrlResponse;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.RpcException;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.azure.trigger.FunctionReply;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A session and a sandbox that want every reply, and a caller of whom the test says if it reads.
 */
final class ForwardingBench implements ForwardingOwner, StreamingSink, AutoCloseable {

  static final String ID = "5f0f6a52-6d3b-4c0e-9a55-2f1c7b1d9c11";

  private final HttpForwarder forwarder;
  private final boolean streamed;
  private long maxBytes = Invocation.UNLIMITED;

  // All guarded by this.
  private final StringBuilder text = new StringBuilder();
  private final List<Payload> untaken = new ArrayList<>();
  private boolean takes = true;
  private long received;
  private @Nullable ReplyKind kind;
  private @Nullable Reply reply;
  private @Nullable ResponseHead head;
  private @Nullable ResponseSource source;
  private @Nullable String unreachable;
  private int cancelsInWorker;
  private int repliesBeforeMessage;
  private int dones;

  private ForwardingBench(HttpForwarder forwarder, boolean streamed) {
    this.forwarder = forwarder;
    this.streamed = streamed;
  }

  /** A caller who takes an HTTP response as it comes. */
  static ForwardingBench ofUrl() {
    return new ForwardingBench(new HttpForwarder(), true);
  }

  /** A caller who takes a result. */
  static ForwardingBench ofEvent() {
    return new ForwardingBench(new HttpForwarder(), false);
  }

  static ForwardingBench ofUrl(Duration inactivity) {
    return new ForwardingBench(new HttpForwarder(inactivity), true);
  }

  ForwardingBench limitedTo(long bytes) {
    maxBytes = bytes;
    return this;
  }

  /** Begins an invocation. */
  ForwardedInvocation begin(InetSocketAddress server, UrlRequest request, Payload body) {
    Invocation invocation = Invocations.invocation().requestId(ID).payload(body).sink(this).build();
    WorkerServer target = new WorkerServer(server, "");
    ForwardedCall call =
        streamed
            ? ForwardedCall.streamed(target, request, body, ID)
            : ForwardedCall.whole(target, request, body, ID);
    ForwardedInvocation begun = new ForwardedInvocation(forwarder, call, invocation, "1.1", this);
    begun.begin();
    return begun;
  }

  ForwardedInvocation get(ScriptedServer server) {
    return begin(server.address(), request("GET", "/api/a"), Payload.EMPTY);
  }

  static UrlRequest request(String method, String path, String... namesAndValues) {
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(new PayloadHeaders.Header(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new UrlRequest(method, "https://front:8443" + path, headers);
  }

  static InvocationResponse success() {
    return InvocationResponse.newBuilder()
        .setInvocationId(ID)
        .setResult(StatusResult.newBuilder().setStatus(StatusResult.Status.Success))
        .build();
  }

  static InvocationResponse failure() {
    return InvocationResponse.newBuilder()
        .setInvocationId(ID)
        .setResult(
            StatusResult.newBuilder()
                .setStatus(StatusResult.Status.Failure)
                .setException(RpcException.newBuilder().setMessage("no luck")))
        .build();
  }

  // ------------------------------------------------------------------ the session

  @Override
  public void post(SandboxEvent event) {
    switch (event) {
      case SandboxEvent.ReplyBegan(var call, var began, var requestId, var deliveryId) -> {
        synchronized (this) {
          if (kind != null) {
            throw new AssertionError("a second reply");
          }
          kind = began;
        }
        if (began == ReplyKind.RESPONSE && streamed) {
          call.streamBody(this, maxBytes);
        } else {
          call.receiveBody();
        }
      }
      case SandboxEvent.ReplyEnded(var call, Reply ended) -> {
        synchronized (this) {
          if (reply != null) {
            throw new AssertionError("a second end of a reply: " + ended);
          }
          reply = ended;
        }
      }
      default -> throw new AssertionError(event);
    }
  }

  @Override
  public FunctionReply failureOf(InvocationResponse response) {
    String message = response.getResult().getException().getMessage();
    return new FunctionReply(
        new ResponseHead(null, false),
        new Reply.ReportedError("ValueError", Payload.of(message), null, null));
  }

  @Override
  public FunctionReply replyOf(UrlResponse answered, Payload body, InvocationResponse response) {
    String content = new String(body.toByteArray(), StandardCharsets.UTF_8);
    return new FunctionReply(
        new ResponseHead("application/json", false),
        new Reply.Response(Payload.of(answered.status() + " " + content), "application/json"));
  }

  @Override
  public synchronized void repliedBeforeMessage() {
    repliesBeforeMessage++;
  }

  @Override
  public synchronized void cancelInWorker() {
    cancelsInWorker++;
  }

  @Override
  public synchronized void unreachable(String message) {
    unreachable = message;
  }

  @Override
  public synchronized void done() {
    dones++;
  }

  // ------------------------------------------------------------------ the caller

  @Override
  public synchronized void begin(ResponseHead begun, ResponseSource from) {
    head = begun;
    source = from;
  }

  @Override
  public void write(Payload bytes) {
    synchronized (this) {
      received += bytes.size();
      if (text.length() < 1_000) {
        text.append(new String(bytes.toByteArray(), StandardCharsets.UTF_8));
      }
      if (!takes) {
        untaken.add(bytes);
        return;
      }
    }
    bytes.release();
  }

  @Override
  public void complete(Outcome outcome) {
    throw new AssertionError("the sandbox says the outcome");
  }

  synchronized void takeNothing() {
    takes = false;
  }

  void takeAll() {
    List<Payload> all;
    synchronized (this) {
      takes = true;
      all = List.copyOf(untaken);
      untaken.clear();
    }
    all.forEach(Payload::release);
  }

  // ------------------------------------------------------------------ what happened

  static void eventually(Callable<Boolean> condition) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(condition);
  }

  synchronized @Nullable ResponseHead head() {
    return head;
  }

  synchronized String text() {
    return text.toString();
  }

  synchronized long received() {
    return received;
  }

  synchronized @Nullable Reply reply() {
    return reply;
  }

  synchronized @Nullable ReplyKind kind() {
    return kind;
  }

  synchronized @Nullable String unreachable() {
    return unreachable;
  }

  synchronized int repliesBeforeMessage() {
    return repliesBeforeMessage;
  }

  synchronized int cancelsInWorker() {
    return cancelsInWorker;
  }

  synchronized int dones() {
    return dones;
  }

  ResponseHead awaitHead() {
    eventually(() -> head() != null);
    ResponseHead begun = head();
    if (begun == null) {
      throw new AssertionError();
    }
    return begun;
  }

  void awaitText(String expected) {
    eventually(() -> text().equals(expected));
  }

  Reply awaitReply() {
    eventually(() -> reply() != null);
    Reply ended = reply();
    if (ended == null) {
      throw new AssertionError();
    }
    return ended;
  }

  void awaitDone() {
    eventually(() -> dones() == 1);
  }

  void leave() {
    ResponseSource from;
    synchronized (this) {
      from = source;
    }
    if (from == null) {
      throw new AssertionError("the answer has not begun");
    }
    from.cancel();
  }

  @Override
  public void close() {
    forwarder.close();
  }
}
