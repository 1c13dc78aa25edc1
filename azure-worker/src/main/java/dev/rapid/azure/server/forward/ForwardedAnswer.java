package dev.rapid.azure.server.forward;

import dev.rapid.azure.http.UrlResponse;
import dev.rapid.core.invocation.Payload;

/**
 * Takes what a worker answers over HTTP. All calls come from the event loop of the exchange, and
 * none may block. The last one is {@link #complete} or {@link #failed}.
 */
interface ForwardedAnswer {

  /** Why there is no answer, or only the beginning of one. */
  enum Failure {
    /** The worker does not take connections. */
    UNREACHABLE,
    /** The connection broke, or what came was not HTTP. */
    BROKEN,
    /** Nothing came or went for too long. */
    INACTIVE,
    /** The body of the request broke off, because its caller has gone. */
    CALLER_GONE
  }

  /** Status and headers are there. Called at most once. */
  void began(UrlResponse head);

  /**
   * Takes the next bytes, and releases them when its caller has taken them. Nothing more is read
   * from the worker while too many are not released.
   */
  void write(Payload bytes);

  /** The body is complete. */
  void complete();

  /**
   * It ends early.
   *
   * @param message one line that says what was attempted and what went wrong
   */
  void failed(Failure failure, String message);
}
