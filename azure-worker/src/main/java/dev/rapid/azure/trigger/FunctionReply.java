package dev.rapid.azure.trigger;

import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;

/**
 * What a function answered.
 *
 * @param head what a caller reads before the bytes of a {@link Reply.Response}; for an invocation
 *     from the URL it is that of a {@link dev.rapid.azure.http.UrlResponse}, and the payload is the
 *     body
 * @param reply a response or an error
 */
public record FunctionReply(ResponseHead head, Reply reply) {

  /** Returns what the worker replies with. */
  public ReplyKind kind() {
    return reply instanceof Reply.ReportedError ? ReplyKind.ERROR : ReplyKind.RESPONSE;
  }
}
