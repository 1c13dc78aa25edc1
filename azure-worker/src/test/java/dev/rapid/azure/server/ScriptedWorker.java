package dev.rapid.azure.server;

import dev.rapid.azure.protocol.FunctionLoadResponse;
import dev.rapid.azure.protocol.FunctionRpcGrpc;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.StartStream;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.StreamingMessage.ContentCase;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.azure.protocol.WorkerInitResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The worker's end of a stream, every step of which the test says. */
final class ScriptedWorker implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 20;

  private final String id;
  private final ManagedChannel channel;
  private final BlockingQueue<StreamingMessage> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> ended = new CompletableFuture<>();
  private final CompletableFuture<Metadata> headers = new CompletableFuture<>();
  private final ClientCall<byte[], StreamingMessage> call;
  private volatile boolean compressed;

  /** Opens a stream without a message. */
  ScriptedWorker(int port, String id, String service) {
    this.id = id;
    this.channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .usePlaintext()
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .directExecutor()
            .build();
    MethodDescriptor<byte[], StreamingMessage> method =
        MethodDescriptor.<byte[], StreamingMessage>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(service + "/EventStream")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(FunctionRpcGrpc.getEventStreamMethod().getResponseMarshaller())
            .build();
    this.call = channel.newCall(method, CallOptions.DEFAULT.withStreamTracerFactory(tracer()));
    call.start(listener(), new Metadata());
    call.request(Integer.MAX_VALUE);
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

    @Override
    public InputStream stream(byte[] bytes) {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public byte[] parse(InputStream stream) {
      throw new UnsupportedOperationException();
    }
  }

  private ClientCall.Listener<StreamingMessage> listener() {
    return new ClientCall.Listener<>() {
      @Override
      public void onHeaders(Metadata arrived) {
        headers.complete(arrived);
      }

      @Override
      public void onMessage(StreamingMessage message) {
        received.add(message);
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        ended.complete(status);
      }
    };
  }

  /** Compares what is on the wire with what arrives. */
  private ClientStreamTracer.Factory tracer() {
    return new ClientStreamTracer.Factory() {
      @Override
      public ClientStreamTracer newClientStreamTracer(
          ClientStreamTracer.StreamInfo info, Metadata sent) {
        return new ClientStreamTracer() {
          @Override
          public void inboundMessageRead(int number, long wireBytes, long bytes) {
            compressed |= wireBytes != bytes;
          }
        };
      }
    };
  }

  synchronized void sendBytes(byte[] message) {
    call.sendMessage(message);
  }

  void send(StreamingMessage message) {
    sendBytes(message.toByteArray());
  }

  void send(StreamingMessage.Builder message) {
    send(message.build());
  }

  /** Sends the first message. */
  ScriptedWorker start() {
    send(StreamingMessage.newBuilder().setStartStream(StartStream.newBuilder().setWorkerId(id)));
    return this;
  }

  /** Starts, and answers the init. */
  ScriptedWorker init(Map<String, String> capabilities) {
    start();
    StreamingMessage unused = await(ContentCase.WORKER_INIT_REQUEST);
    initialized(capabilities);
    return this;
  }

  void initialized(Map<String, String> capabilities) {
    send(
        StreamingMessage.newBuilder()
            .setWorkerInitResponse(
                WorkerInitResponse.newBuilder()
                    .setResult(success())
                    .putAllCapabilities(capabilities)));
  }

  /** Awaits a load and answers it. */
  void load() {
    loaded(await(ContentCase.FUNCTION_LOAD_REQUEST).getFunctionLoadRequest().getFunctionId());
  }

  void loaded(String functionId) {
    send(
        StreamingMessage.newBuilder()
            .setFunctionLoadResponse(
                FunctionLoadResponse.newBuilder().setFunctionId(functionId).setResult(success())));
  }

  InvocationRequest awaitInvocation() {
    return await(ContentCase.INVOCATION_REQUEST).getInvocationRequest();
  }

  void respond(String invocationId, String result) {
    send(
        StreamingMessage.newBuilder()
            .setInvocationResponse(
                InvocationResponse.newBuilder()
                    .setInvocationId(invocationId)
                    .setResult(success())
                    .setReturnValue(TypedData.newBuilder().setString(result))));
  }

  static StatusResult success() {
    return StatusResult.newBuilder().setStatus(StatusResult.Status.Success).build();
  }

  /** Waits for the next message, which must be of this type. */
  StreamingMessage await(ContentCase type) {
    StreamingMessage next = await();
    if (next.getContentCase() != type) {
      throw new AssertionError("Expected " + type + ", but got " + next);
    }
    return next;
  }

  private StreamingMessage await() {
    try {
      StreamingMessage next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("Nothing came; the stream ended with " + ended.getNow(null));
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Returns a message that has come, null if none has. */
  @Nullable StreamingMessage poll() {
    return received.poll();
  }

  /** Waits for the host's end of the stream. */
  Status awaitEnd() {
    return await(ended);
  }

  /** Waits for the headers of the host. */
  Metadata headers() {
    return await(headers);
  }

  /** Returns whether a message was shorter on the wire than it is. */
  boolean wereMessagesCompressed() {
    return compressed;
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends the worker's side. */
  void end() {
    call.halfClose();
  }

  /** Loses the connection. */
  @Override
  public void close() {
    var unused = channel.shutdownNow();
  }
}
