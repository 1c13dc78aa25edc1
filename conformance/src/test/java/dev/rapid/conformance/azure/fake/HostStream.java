package dev.rapid.conformance.azure.fake;

import dev.rapid.azure.protocol.FunctionRpcGrpc;
import dev.rapid.azure.protocol.StreamingMessage;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Codec;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream with the host. What is sent are bytes, so that they can be those of a message or not.
 */
public final class HostStream {

  /** Where today's workers find the service. */
  public static final String SERVICE = FunctionRpcGrpc.SERVICE_NAME;

  /** Where the worker of 2017 finds it (contract azure-functions-worker, section 2.1). */
  public static final String OLD_SERVICE = "FunctionRpc.FunctionRpc";

  /** As clients have them. */
  static final DecompressorRegistry USUAL = DecompressorRegistry.getDefaultInstance();

  private final ManagedChannel channel;
  private final ClientCall<byte[], StreamingMessage> call;
  private final CompletableFuture<Metadata> headers = new CompletableFuture<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private boolean isHalfClosed;

  private HostStream(int port, String service, DecompressorRegistry decompressors) {
    this.channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .decompressorRegistry(decompressors)
            .build();
    this.call = channel.newCall(method(service), CallOptions.DEFAULT);
  }

  private static MethodDescriptor<byte[], StreamingMessage> method(String service) {
    return MethodDescriptor.<byte[], StreamingMessage>newBuilder()
        .setType(MethodType.BIDI_STREAMING)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, "EventStream"))
        .setRequestMarshaller(BYTES)
        .setResponseMarshaller(FunctionRpcGrpc.getEventStreamMethod().getResponseMarshaller())
        .build();
  }

  /**
   * Opens a stream.
   *
   * @param received gets each message, one after the other
   */
  static HostStream open(
      int port,
      String service,
      DecompressorRegistry decompressors,
      Consumer<StreamingMessage> received) {
    HostStream stream = new HostStream(port, service, decompressors);
    stream.begin(received);
    return stream;
  }

  private void begin(Consumer<StreamingMessage> received) {
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onHeaders(Metadata metadata) {
            headers.complete(metadata);
          }

          @Override
          public void onMessage(StreamingMessage message) {
            received.accept(message);
            call.request(1);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(1);
  }

  /** Returns a registry that knows gzip only, and counts what comes compressed. */
  static DecompressorRegistry onlyGzip(AtomicInteger compressedMessages) {
    Codec gzip = new Codec.Gzip();
    Decompressor counting =
        new Decompressor() {
          @Override
          public String getMessageEncoding() {
            return gzip.getMessageEncoding();
          }

          @Override
          public InputStream decompress(InputStream stream) throws IOException {
            compressedMessages.incrementAndGet();
            return gzip.decompress(stream);
          }
        };
    return DecompressorRegistry.emptyInstance().with(counting, true);
  }

  /** Sends a message. */
  public void send(StreamingMessage.Builder message) {
    send(message.build().toByteArray());
  }

  /** Sends what the host shall take for a message. */
  public synchronized void send(byte[] message) {
    if (!isHalfClosed) {
      call.sendMessage(message);
    }
  }

  /** Ends this side of the stream. */
  public synchronized void halfClose() {
    isHalfClosed = true;
    call.halfClose();
  }

  /** Cuts the connection. */
  public void cut() {
    channel.shutdownNow();
  }

  /** Returns an entry of the header that the host answered with, null if it is not there. */
  public @Nullable String header(String name) {
    return headers.join().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  /** Waits until the stream has ended and returns how. */
  public Status awaitEnd() {
    return end.join();
  }

  private static final Marshaller<byte[]> BYTES =
      new Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
}
