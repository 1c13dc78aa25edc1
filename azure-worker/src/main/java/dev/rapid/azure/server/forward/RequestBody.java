package dev.rapid.azure.server.forward;

import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.StreamedPayload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.ByteBuffer;

/**
 * Writes the body of a request. A payload that is still arriving is passed on piece by piece; a
 * piece is released when the system has taken it, so that the worker sets the pace.
 */
final class RequestBody implements StreamedPayload.Receiver {

  private final ForwardedExchange exchange;
  private final Channel connection;
  private final Payload payload;
  private boolean abandoned;

  RequestBody(ForwardedExchange exchange, Channel connection, Payload payload) {
    this.exchange = exchange;
    this.connection = connection;
    this.payload = payload;
  }

  void start() {
    if (!exchange.hasBody()) {
      last();
    } else if (payload instanceof StreamedPayload arriving) {
      connection.flush();
      arriving.passTo(this);
    } else {
      payload.acquire();
      send(payload);
      last();
    }
  }

  private void send(Payload bytes) {
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes.buffers().toArray(ByteBuffer[]::new));
    var unused =
        connection
            .writeAndFlush(new DefaultHttpContent(buffer))
            .addListener(done -> {
              exchange.active();
              bytes.release();
            });
  }

  private void last() {
    var unused = connection.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  @Override
  public void write(Payload bytes) {
    exchange.run(() -> {
      if (abandoned) {
        bytes.release();
      } else {
        send(bytes);
      }
    });
  }

  @Override
  public void complete() {
    exchange.run(() -> {
      if (!abandoned) {
        last();
      }
    });
  }

  @Override
  public void truncated() {
    exchange.run(() -> {
      if (!abandoned) {
        exchange.callerGone();
      }
    });
  }

  /** Nothing more of it is written; what waits is released with the connection. */
  void abandon() {
    abandoned = true;
  }
}
