package dev.rapid.azure.server.forward;

import dev.rapid.azure.http.HttpHeader;
import dev.rapid.azure.http.UrlResponse;
import dev.rapid.azure.server.forward.ForwardedAnswer.Failure;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to the HTTP server of a worker, and its answer (contract
 * azure-functions-worker, section 11). It has a connection of its own, whose two directions do not
 * wait for each other: a function may answer before it has the whole request.
 *
 * <p>A worker announces its server before that listens, so that connections are tried again. All of
 * it runs on one event loop.
 */
final class ForwardedExchange extends ChannelInboundHandlerAdapter {

  private static final int MOST_ATTEMPTS = 10;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 250;

  private static final int HEAD_BYTES = 65_536;

  /** Bodies are passed on in pieces of this size at the most. */
  private static final int PIECE_BYTES = 65_536;

  /** No more is read from the worker while its receiver has so many bytes not released. */
  private static final long MOST_UNRELEASED_BYTES = 131_072;

  private static final int FIRST_FINAL_STATUS = 200;

  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final InetSocketAddress server;
  private final ForwardedRequest request;
  private final Payload payload;
  private final ForwardedAnswer answer;
  private final Duration mostInactive;

  private int attempts;
  private @Nullable Channel channel;
  private @Nullable RequestBody body;
  private boolean informational;
  private long unreleased;
  private boolean begun;
  private boolean ended;
  private long lastActiveNanos;
  private @Nullable Future<?> inactivity;

  ForwardedExchange(
      EventLoop loop,
      InetSocketAddress server,
      ForwardedRequest request,
      Payload payload,
      ForwardedAnswer answer,
      Duration mostInactive) {
    this.loop = loop;
    this.bootstrap = HttpForwarder.bootstrap(loop, server);
    this.server = server;
    this.request = request;
    this.payload = payload;
    this.answer = answer;
    this.mostInactive = mostInactive;
  }

  // ------------------------------------------------------------------ the connection

  void begin() {
    active();
    watch(mostInactive.toNanos());
    attempt();
  }

  private void attempt() {
    if (ended) {
      return;
    }
    attempts++;
    ChannelFuture connecting = bootstrap.clone().handler(pipeline()).connect();
    channel = connecting.channel();
    var unused =
        connecting.addListener(done -> {
          if (ended) {
            close();
          } else if (done.isSuccess()) {
            connected(connecting.channel());
          } else {
            refused(done.cause());
          }
        });
  }

  private ChannelInitializer<Channel> pipeline() {
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(HEAD_BYTES)
            .setMaxHeaderSize(HEAD_BYTES)
            .setMaxChunkSize(PIECE_BYTES);
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel opened) {
        opened.pipeline().addLast(new HttpClientCodec(config, false, false));
      }
    };
  }

  private void refused(Throwable cause) {
    if (attempts < MOST_ATTEMPTS) {
      long pause = Math.min(FIRST_PAUSE_MILLIS << (attempts - 1), LONGEST_PAUSE_MILLIS);
      var unused = loop.schedule(this::attempt, pause, TimeUnit.MILLISECONDS);
    } else {
      fail(Failure.UNREACHABLE, "Cannot connect to " + what() + ": " + cause.getMessage());
    }
  }

  private String what() {
    return "the HTTP server of the worker at " + server.getHostString() + ":" + server.getPort();
  }

  private void connected(Channel opened) {
    active();
    opened.pipeline().addLast(this);
    var unused = opened.write(head());
    RequestBody sending = new RequestBody(this, opened, payload);
    body = sending;
    sending.start();
    opened.read();
  }

  private HttpRequest head() {
    HttpHeaders headers =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    headers.set(HttpHeaderNames.HOST, server.getHostString() + ":" + server.getPort());
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    Long length = request.bodyLength();
    if (length == null) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    } else if (length > 0) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
    }
    for (PayloadHeaders.Header each : request.headers()) {
      headers.add(each.name(), HttpHeader.wire(each.value()));
    }
    return new DefaultHttpRequest(
        HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), request.target(), headers);
  }

  /** Returns whether the request has a body. */
  boolean hasBody() {
    Long length = request.bodyLength();
    return length == null || length > 0;
  }

  /** Runs a task on the event loop, at once if this is its thread. */
  void run(Runnable task) {
    ForwardedInvocation.run(loop, task);
  }

  // ------------------------------------------------------------------ the answer

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    active();
    if (ended) {
      ReferenceCountUtil.release(message);
      return;
    }
    HttpObject part = (HttpObject) message;
    if (part.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      fail(
          Failure.BROKEN,
          "What " + what() + " answered is not HTTP: " + part.decoderResult().cause().getMessage());
      return;
    }
    if (part instanceof HttpResponse response) {
      informational = response.status().code() < FIRST_FINAL_STATUS;
      if (!informational) {
        begun = true;
        answer.began(headOf(response));
      }
    }
    if (part instanceof HttpContent content) {
      contentArrived(content);
    }
  }

  private static UrlResponse headOf(HttpResponse response) {
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    for (Map.Entry<String, String> each : response.headers()) {
      headers.add(new PayloadHeaders.Header(each.getKey(), HttpHeader.text(each.getValue())));
    }
    return new UrlResponse(response.status().code(), headers);
  }

  private void contentArrived(HttpContent content) {
    ByteBuf bytes = content.content();
    if (informational || !bytes.isReadable()) {
      bytes.release();
    } else {
      Piece piece = new Piece(bytes);
      unreleased += piece.size();
      answer.write(piece);
    }
    if (!informational && content instanceof LastHttpContent && !ended) {
      end();
      answer.complete();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    read();
  }

  /** Reads on, if more of the answer is wanted now. */
  private void read() {
    Channel open = channel;
    if (!ended && open != null && unreleased < MOST_UNRELEASED_BYTES) {
      open.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    broken("it closed the connection");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    broken(String.valueOf(cause.getMessage()));
  }

  private void broken(String why) {
    if (!ended) {
      fail(
          Failure.BROKEN,
          (begun ? "The answer of " : "No answer of ")
              + what()
              + (begun ? " broke off: " : ": ")
              + why);
    }
  }

  // ------------------------------------------------------------------ the end

  /** Something came or went. */
  void active() {
    lastActiveNanos = System.nanoTime();
  }

  private void watch(long nanos) {
    inactivity = loop.schedule(this::checkActivity, nanos, TimeUnit.NANOSECONDS);
  }

  private void checkActivity() {
    long left = mostInactive.toNanos() - (System.nanoTime() - lastActiveNanos);
    if (ended) {
      return;
    }
    if (left > 0) {
      watch(left);
    } else {
      fail(
          Failure.INACTIVE,
          "Nothing came from "
              + what()
              + " and nothing went there for "
              + mostInactive.toSeconds()
              + " s");
    }
  }

  /** The caller has gone in the middle of the body of its request. */
  void callerGone() {
    if (!ended) {
      fail(Failure.CALLER_GONE, "The caller has gone in the middle of the body of its request");
    }
  }

  private void fail(Failure failure, String message) {
    end();
    answer.failed(failure, message);
  }

  /** Ends it without a further call of its receiver. */
  void cancel() {
    if (!ended) {
      end();
    }
  }

  private void end() {
    ended = true;
    Future<?> watching = inactivity;
    if (watching != null) {
      boolean unused = watching.cancel(false);
    }
    RequestBody sending = body;
    if (sending != null) {
      sending.abandon();
    }
    close();
  }

  private void close() {
    Channel open = channel;
    if (open != null) {
      var unused = open.close();
    }
  }

  /** Bytes of the answer. */
  private final class Piece extends CountedBytes {

    Piece(ByteBuf bytes) {
      super(bytes);
    }

    @Override
    void released(ByteBuf bytes) {
      run(() -> {
        boolean full = unreleased >= MOST_UNRELEASED_BYTES;
        unreleased -= size();
        bytes.release();
        if (full) {
          read();
        }
      });
    }
  }
}
