package dev.rapid.grpc;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC server that runs its services on the I/O threads: they must not block.
 *
 * <p>It has no limit of calls for each connection. A load balancer has one connection to each
 * server, and a call above such a limit would wait in its HTTP/2 layer although another server is
 * free (contract fn-runner, section 1.12).
 */
public final class GrpcServer implements AutoCloseable {

  /** How many bytes of a call may be on their way before the service has asked for them. */
  private static final int STREAM_WINDOW = 256 * 1024;

  /** How long a message may be unless a protocol wants more, as in gRPC, in bytes. */
  public static final int USUAL_MESSAGE_BYTES = 4 * 1024 * 1024;

  /** Clients of Fn send pings, also without calls (contract fn-runner, section 1.1). */
  private static final Duration SHORTEST_KEEPALIVE = Duration.ofSeconds(5);

  private static final int MOST_THREADS = 4;

  private final Server server;
  private final EventLoopGroup threads;

  private GrpcServer(Server server, EventLoopGroup threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Binds an address and takes calls.
   *
   * @param listen port 0 picks a free one
   * @param tls null for plain HTTP/2
   * @param maxMessageBytes a call with a longer message is ended
   * @throws IOException if the address or the files for TLS cannot be used
   */
  public static GrpcServer start(
      InetSocketAddress listen,
      @Nullable TlsFiles tls,
      int maxMessageBytes,
      List<ServerServiceDefinition> services)
      throws IOException {
    WideConnectionWindow negotiator = new WideConnectionWindow(tls == null ? null : tls.read());
    EventLoopGroup threads =
        new MultiThreadIoEventLoopGroup(
            Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()),
            Thread.ofPlatform().daemon().name("grpc-", 0).factory(),
            NioIoHandler.newFactory());
    Server server =
        NettyServerBuilder.forAddress(listen)
            .protocolNegotiator(negotiator)
            .channelType(NioServerSocketChannel.class)
            .bossEventLoopGroup(threads)
            .workerEventLoopGroup(threads)
            .directExecutor()
            .flowControlWindow(STREAM_WINDOW)
            .maxInboundMessageSize(maxMessageBytes)
            .permitKeepAliveTime(SHORTEST_KEEPALIVE.toNanos(), TimeUnit.NANOSECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addServices(services)
            .build();
    try {
      server.start();
    } catch (IOException e) {
      end(threads);
      throw e;
    }
    return new GrpcServer(server, threads);
  }

  /** Returns where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getListenSockets().get(0);
  }

  /**
   * Takes no more connections, and tells those that are open to make no more calls. Calls that have
   * begun go on.
   */
  public void drain() {
    server.shutdown();
  }

  /** Cancels all calls, and stops listening. */
  @Override
  public void close() {
    server.shutdownNow();
    end(threads);
  }

  private static void end(EventLoopGroup threads) {
    var ignored = threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
