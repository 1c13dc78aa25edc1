package dev.rapid.gateway.call;

import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.answer.ApiAnswers;
import dev.rapid.gateway.answer.GatewayError;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.Cors;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.authorizer.Decision;
import dev.rapid.gateway.cors.RestCors;
import dev.rapid.gateway.event.Authorization;
import dev.rapid.gateway.event.HttpEvent;
import dev.rapid.gateway.event.ProxyEvent;
import dev.rapid.gateway.function.GatewayFunction;
import dev.rapid.gateway.function.UnavailableFunctionException;
import dev.rapid.gateway.request.ApiPath;
import dev.rapid.gateway.request.ApiRequest;
import dev.rapid.gateway.request.ApiResponse;
import dev.rapid.gateway.request.RequiredParameters;
import dev.rapid.gateway.route.RouteMatch;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.BodyReader;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.http.request.ReceivedRequest;
import dev.rapid.lambda.LambdaHeaders;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that has found its route: reads the body, asks the authorizer, checks keys and
 * parameters, and runs the function (contract http-front-door, section 8.1).
 */
final class RequestHandler implements BodyReader.Receiver {

  private static final Logger LOG = System.getLogger(RequestHandler.class.getName());

  /** The largest body (contract http-front-door, section 5.4). */
  static final long MAX_BODY_BYTES = 10_485_760;

  private static final long DISCARD_LIMIT = MAX_BODY_BYTES + 8L * 1024 * 1024;
  private static final int MAX_ARN_BYTES = 1600;

  /** How long a streamed response may take unless its route says otherwise. */
  private static final Duration STREAM_TIMEOUT = Duration.ofMinutes(15);

  private final CallContext context;
  private final ServedApi api;
  private final ApiPath path;
  private final RouteMatch match;
  private final ApiAnswers answers;
  private final long epochMillis;

  RequestHandler(
      CallContext context,
      ServedApi api,
      ApiPath path,
      RouteMatch match,
      ApiAnswers answers,
      long epochMillis) {
    this.context = context;
    this.api = api;
    this.path = path;
    this.match = match;
    this.answers = answers;
    this.epochMillis = epochMillis;
  }

  /** Handles the request on its I/O thread. */
  void handle() {
    Answers.park(
        answers.exchange(),
        () ->
            BodyReader.read(
                answers.exchange(), context.memory(), MAX_BODY_BYTES, DISCARD_LIMIT, this));
  }

  // ------------------------------------------------------------------ the body

  @Override
  public void tooLarge(long bytes) {
    if (api.stage().isRest()) {
      answers.send(
          new ApiResponse(
              413,
              List.of(new HeaderLine("Content-Type", "text/plain")),
              Payload.of("HTTP content length exceeded " + MAX_BODY_BYTES + " bytes.")));
    } else {
      answers.send(GatewayError.EVENT_TOO_LARGE);
    }
  }

  @Override
  public void outOfMemory() {
    answers.send(GatewayError.TOO_MANY_REQUESTS);
  }

  @Override
  public void truncated() {
    answers.send(GatewayError.BROKEN_BODY);
  }

  @Override
  public void complete(Payload body) {
    answers.answering(() -> received(body));
  }

  private void received(Payload body) {
    ApiRequest request =
        new ApiRequest(
            api.stage(),
            ReceivedRequest.of(answers.exchange(), path.inStage(), body),
            path,
            match.route(),
            match.pathParameters(),
            answers.ids(),
            epochMillis,
            answers.traceHeader());
    if (api.stage().api().authorizerOf(request.route()) != null
        && api.stage().isRest()
        && request.executeArn().length() > MAX_ARN_BYTES) {
      refuse(request, GatewayError.URI_TOO_LONG, List.of());
      return;
    }
    api.authorizers()
        .decide(
            request,
            decision ->
                Answers.onIoThread(
                    answers.exchange(), () -> answers.answering(() -> decided(request, decision))));
  }

  // ------------------------------------------------------------------ the checks

  private void decided(ApiRequest request, Decision decision) {
    switch (decision) {
      case Decision.Refused(var error, var headers) -> refuse(request, error, headers);
      case Decision.Allowed(var authorization) -> {
        GatewayError error = api.stage().isRest() ? faultOf(request, authorization) : null;
        if (error != null) {
          refuse(request, error, List.of());
        } else if (api.isPreflight(request.route())) {
          request.body().release();
          answerPreflight(request);
        } else {
          invoke(request, authorization);
        }
      }
    }
  }

  private void refuse(ApiRequest request, GatewayError error, List<HeaderLine> headers) {
    request.body().release();
    answers.send(error, headers);
  }

  private static @Nullable GatewayError faultOf(ApiRequest request, Authorization authorization) {
    if (request.route().apiKeyRequired() && !hasApiKey(request, authorization)) {
      return GatewayError.NO_API_KEY;
    }
    String missing = RequiredParameters.missingIn(request);
    return missing == null ? null : GatewayError.missingParameters(missing);
  }

  private static boolean hasApiKey(ApiRequest request, Authorization authorization) {
    String key =
        authorization instanceof Authorization.OfFunction function
                && function.usageIdentifierKey() != null
            ? function.usageIdentifierKey()
            : request.header("x-api-key");
    List<String> known = request.stage().api().apiKeys();
    return !key.isEmpty() && (known.isEmpty() || known.contains(key));
  }

  private void answerPreflight(ApiRequest request) {
    Api configured = api.stage().api();
    Cors cors = configured.cors();
    if (cors != null) {
      answers.send(RestCors.answer(cors, configured.routes(), request.route().path()));
    }
  }

  // ------------------------------------------------------------------ the function

  private void invoke(ApiRequest request, Authorization authorization) {
    GatewayFunction function;
    try {
      function = context.functions().find(request.route().function());
    } catch (UnavailableFunctionException e) {
      LOG.log(Level.WARNING, "{0}: {1}", request.route().key(), e.getMessage());
      refuse(request, GatewayError.NO_FUNCTION, List.of());
      return;
    }
    if (function.isolatesTenants() && request.header(LambdaHeaders.TENANT_ID).isEmpty()) {
      LOG.log(
          Level.WARNING,
          "{0}: function {1} isolates tenants, and the request has no {2}",
          request.route().key(),
          request.route().function(),
          LambdaHeaders.TENANT_ID);
      refuse(request, GatewayError.NO_FUNCTION, List.of());
      return;
    }
    Payload event =
        !api.stage().isRest() && request.route().payload() == PayloadFormat.V2
            ? HttpEvent.of(request, authorization)
            : ProxyEvent.of(request, authorization);
    request.body().release();
    if (event == null) {
      answers.send(GatewayError.EVENT_TOO_LARGE);
      return;
    }
    if (api.stage().isRest() && request.route().streamed()) {
      Duration own = request.route().timeout();
      new StreamedCall(context, function, request, answers)
          .run(event, own == null ? STREAM_TIMEOUT : own);
    } else {
      new BufferedCall(context, function, request, answers)
          .run(event, api.stage().api().timeoutOf(request.route()));
    }
  }
}
