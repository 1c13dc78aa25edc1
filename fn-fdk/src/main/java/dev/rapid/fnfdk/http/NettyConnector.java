package dev.rapid.fnfdk.http;

import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.fnfdk.FdkConnector;
import dev.rapid.fnfdk.FdkLimits;
import dev.rapid.fnfdk.FdkLink;
import dev.rapid.fnfdk.SocketDirectory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Connects to workers with Netty. */
public final class NettyConnector implements FdkConnector {

  private static final int MOST_THREADS = 4;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()),
          new DefaultThreadFactory("rapid-fn-worker", true),
          NioIoHandler.newFactory());

  /** Creates a connector whose threads start with their first link. */
  public NettyConnector() {}

  @Override
  public FdkLink open(
      int generation, SocketDirectory directory, FdkLimits limits, Consumer<SandboxEvent> sandbox) {
    WorkerLink link = new WorkerLink(loops.next(), generation, directory, limits, sandbox);
    link.begin();
    return link;
  }

  @Override
  public void close() {
    var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
