package dev.rapid.azure.trigger;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.worker.Reply;

/**
 * Translates the invocations of one function into messages of the protocol, and back. An invocation
 * with a {@link dev.rapid.azure.http.UrlRequest} comes from the URL of the function: its payload is
 * the body of an HTTP request.
 */
public final class TriggerMapping {

  private final AppFunction function;
  private final AzureSettings settings;

  /** Creates the translation for a function that is loaded. */
  public TriggerMapping(AppFunction function, AzureSettings settings) {
    this.function = function;
    this.settings = settings;
  }

  /**
   * Returns the message for an invocation (contract azure-functions-worker, sections 7 and 14.3).
   *
   * @param invocation its payload is whole, see {@link
   *     dev.rapid.core.invocation.CollectedPayload#collect}
   * @throws InvalidPayloadException if the payload does not fit the trigger
   */
  public TriggerCall call(Invocation invocation, WorkerFeatures features)
      throws InvalidPayloadException {
    throw new InvalidPayloadException(
        "Not translated: " + function.name() + settings.hostVersion());
  }

  /** Returns the answer of a function (contract azure-functions-worker, sections 14.3 and 14.4). */
  public FunctionReply reply(ReplyForm form, InvocationResponse response) {
    return new FunctionReply(
        new ResponseHead(null, false), new Reply.Malformed("Function.Unknown", null));
  }
}
