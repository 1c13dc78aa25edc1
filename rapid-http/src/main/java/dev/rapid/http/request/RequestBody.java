package dev.rapid.http.request;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import org.jspecify.annotations.Nullable;

/** The length and the trailers of the body of a request. */
public final class RequestBody {

  /** The announced length of a body that is sent in chunks. */
  public static final long CHUNKED = RequestHead.CHUNKED;

  private RequestBody() {}

  /** Returns the announced length in bytes, 0 without a body, {@link #CHUNKED} if it is unknown. */
  public static long announcedLength(HttpServerExchange exchange) {
    return RequestConduit.of(exchange).bodyLength();
  }

  /** Returns the first value of a trailer behind a body that was read, null if there is none. */
  public static @Nullable String trailer(HttpServerExchange exchange, HttpString name) {
    return RequestConduit.of(exchange).trailer(name.toString());
  }
}
