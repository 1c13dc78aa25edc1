package dev.rapid.azure.server.forward;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Opens connections to the HTTP servers of workers. Made for the first worker that announces one.
 * Thread-safe.
 */
public final class HttpForwarder implements AutoCloseable {

  /** How long nothing may come or go (contract azure-functions-worker, section 11). */
  private static final Duration INACTIVITY = Duration.ofMinutes(4);

  private static final int MOST_THREADS = 2;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()),
          new DefaultThreadFactory("rapid-azure-http", true),
          NioIoHandler.newFactory());

  private final Duration inactivity;

  /** Creates a forwarder whose threads start with their first connection. */
  public HttpForwarder() {
    this(INACTIVITY);
  }

  HttpForwarder(Duration inactivity) {
    this.inactivity = inactivity;
  }

  Duration inactivity() {
    return inactivity;
  }

  EventLoop nextLoop() {
    return loops.next();
  }

  /** Returns how connections to a server are opened whose parts are read when they are wanted. */
  static Bootstrap bootstrap(EventLoop loop, InetSocketAddress server) {
    return new Bootstrap()
        .group(loop)
        .channelFactory(NioSocketChannel::new)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.TCP_NODELAY, true)
        .remoteAddress(server);
  }

  /** Ends the threads; invocations must have ended before. */
  @Override
  public void close() {
    var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
