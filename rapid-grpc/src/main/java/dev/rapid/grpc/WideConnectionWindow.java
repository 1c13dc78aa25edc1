package dev.rapid.grpc;

import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslContext;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Sets connections up so that the flow control of HTTP/2 works for each call alone.
 *
 * <p>gRPC gives a connection the window of one call. All calls of a load balancer share one
 * connection: a body that a function does not read would use up the window, and all other calls
 * would stand still.
 */
final class WideConnectionWindow implements InternalProtocolNegotiator.ProtocolNegotiator {

  /** What is on its way is limited by the windows of the calls. */
  private static final int BYTES = Integer.MAX_VALUE;

  private final InternalProtocolNegotiator.ProtocolNegotiator usual;

  /**
   * @param tls null for plain HTTP/2
   */
  WideConnectionWindow(@Nullable SslContext tls) {
    this.usual =
        tls == null
            ? InternalProtocolNegotiators.serverPlaintext()
            : InternalProtocolNegotiators.serverTls(tls);
  }

  @Override
  public AsciiString scheme() {
    return usual.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler handler) {
    Http2Connection connection = handler.connection();
    Http2LocalFlowController window = handler.decoder().flowController();
    connection.addListener(
        new Http2ConnectionAdapter() {
          @Override
          public void onStreamActive(Http2Stream first) {
            connection.removeListener(this);
            widen(connection, window);
          }
        });
    return usual.newHandler(handler);
  }

  private static void widen(Http2Connection connection, Http2LocalFlowController window) {
    Http2Stream whole = connection.connectionStream();
    try {
      window.incrementWindowSize(whole, BYTES - window.windowSize(whole));
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    usual.close();
  }
}
