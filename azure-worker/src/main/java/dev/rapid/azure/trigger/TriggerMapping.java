package dev.rapid.azure.trigger;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.AzureSettings.TriggerDataType;
import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.event.Route;
import dev.rapid.azure.http.UrlRequest;
import dev.rapid.azure.http.UrlResponse;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseHead;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Translates the invocations of one function into messages of the protocol, and back. An invocation
 * with a {@link UrlRequest} comes from the URL of the function: its payload is the body of an HTTP
 * request. Any other one has JSON as its payload.
 */
public final class TriggerMapping {

  private final AppFunction function;
  private final Route route;
  private final @Nullable TriggerDataType dataType;
  private final Results results;
  private final InstantSource clock;

  /** Creates the translation for a function that is loaded. */
  public TriggerMapping(AppFunction function, AzureSettings settings) {
    this(function, settings, InstantSource.system());
  }

  /** Creates a translation with a clock for the moments that triggers tell of. */
  TriggerMapping(AppFunction function, AzureSettings settings, InstantSource clock) {
    this.function = function;
    this.route = Route.of(function);
    this.dataType = settings.triggerDataType();
    this.results = new Results(function, settings);
    this.clock = clock;
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
    CallBuilder builder = new CallBuilder(function, route, invocation, features);
    UrlRequest url = UrlRequest.of(invocation);
    return url == null ? builder.build(dataType, clock.instant()) : builder.build(url);
  }

  /** Returns whether requests of HTTP start the function. */
  public boolean isHttp() {
    return function.isHttp();
  }

  /** Returns a call of an HTTP function for a worker with an HTTP server. */
  public HttpCall split(TriggerCall call, WorkerFeatures features) {
    return HttpCall.of(call.request(), function.trigger().name(), features);
  }

  /**
   * Returns the answer of a function that answered over HTTP, for a caller who does not take it as
   * it comes.
   *
   * @param response what else the function has for its caller
   */
  public FunctionReply reply(
      ReplyForm form, UrlResponse head, Payload body, InvocationResponse response) {
    return results.reply(form, HttpResponse.of(head, body), response);
  }

  /** Returns the answer of a function (contract azure-functions-worker, sections 14.3 and 14.4). */
  public FunctionReply reply(ReplyForm form, InvocationResponse response) {
    StatusResult result = response.getResult();
    return result.getStatus() == StatusResult.Status.Success
        ? results.reply(form, response)
        : new FunctionReply(new ResponseHead(null, false), FunctionErrors.of(result));
  }
}
