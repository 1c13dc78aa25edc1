package dev.rapid.fnfdk.http;

import dev.rapid.fnfdk.FdkLimits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** A connection to a worker, which has one call at a time. */
final class WorkerConnection extends ChannelInboundHandlerAdapter {

  /** Where calls are posted to (contract fn-runner, section 2.3). */
  static final String PATH = "/call";

  /** Bodies are passed on in pieces of this size at the most. */
  private static final int PIECE_BYTES = 65_536;

  private final WorkerLink link;
  private final FdkLimits limits;
  private @Nullable Channel channel;
  private @Nullable Call call;

  WorkerConnection(WorkerLink link, FdkLimits limits) {
    this.link = link;
    this.limits = limits;
  }

  ChannelHandler pipeline() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel opened) {
        channel = opened;
        opened.pipeline().addLast(codec(limits.headBytes()), WorkerConnection.this);
      }
    };
  }

  /** Returns what turns requests into bytes, and bytes into answers with heads within a limit. */
  static HttpClientCodec codec(int headBytes) {
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(headBytes)
            .setMaxHeaderSize(headBytes)
            .setMaxChunkSize(PIECE_BYTES);
    return new HttpClientCodec(config, false, false);
  }

  boolean isOpen() {
    return channel != null && channel.isActive();
  }

  boolean isBusy() {
    return call != null;
  }

  void begin(Call next) {
    call = next;
    next.begin(this);
    read();
  }

  /** The call has all of its answer, or wants no more of it. */
  void finished(boolean reusable) {
    call = null;
    boolean goesOn = reusable && isOpen();
    if (goesOn) {
      read(); // Sees if the worker closes it.
    }
    link.connectionFree(this, goesOn);
  }

  void read() {
    if (channel != null) {
      channel.read();
    }
  }

  /** Queues a part of a request until the next {@link #flush}. */
  ChannelFuture write(HttpObject message) {
    Channel open = channel;
    if (open == null) {
      throw new IllegalStateException("The connection is not open yet");
    }
    return open.write(message);
  }

  void flush() {
    if (channel != null) {
      var unused = channel.flush();
    }
  }

  void close() {
    if (channel != null) {
      var unused = channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Call current = call;
    if (current == null) {
      ReferenceCountUtil.release(message);
      link.forget(this);
      close();
    } else {
      current.received((HttpObject) message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    Call current = call;
    if (current != null && current.wantsMore()) {
      read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    link.forget(this);
    Call current = call;
    if (current != null) {
      current.connectionEnded();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    close(); // What the call has to know comes with the end of the connection.
  }
}
