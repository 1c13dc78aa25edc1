package dev.rapid.fnfdk.http;

import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.fnfdk.FdkConnector;
import dev.rapid.fnfdk.FdkLimits;
import dev.rapid.fnfdk.FdkLink;
import dev.rapid.fnfdk.SocketDirectory;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Connects to workers with Netty. */
public final class NettyConnector implements FdkConnector {

  private static final int MOST_THREADS = 4;

  private static final int SAMPLE_HEAD_BYTES = 1_000;

  private static final byte[] SAMPLE_ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
          .getBytes(StandardCharsets.US_ASCII);

  private final AtomicBoolean prepared = new AtomicBoolean();
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
  public void prepareCalls() {
    if (prepared.compareAndSet(false, true)) {
      EmbeddedChannel call = new EmbeddedChannel(WorkerConnection.codec(SAMPLE_HEAD_BYTES));
      HttpRequest request =
          new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, WorkerConnection.PATH);
      HttpUtil.setTransferEncodingChunked(request, true);
      boolean written = call.writeOutbound(request, LastHttpContent.EMPTY_LAST_CONTENT);
      boolean answered = call.writeInbound(Unpooled.wrappedBuffer(SAMPLE_ANSWER));
      boolean unused = call.finishAndReleaseAll() && written && answered;
    }
  }

  @Override
  public void close() {
    var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
