package dev.rapid.gateway;

import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.authorizer.Authorizers;
import dev.rapid.gateway.call.ApiHandler;
import dev.rapid.gateway.call.CallContext;
import dev.rapid.gateway.call.ServedApi;
import dev.rapid.gateway.request.ApiStage;
import dev.rapid.http.request.RequestFault;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.util.ArrayList;
import java.util.List;

/**
 * The HTTP front door: HTTP APIs and REST APIs in front of functions (contract http-front-door).
 * The list of APIs can be replaced while it runs. Thread-safe.
 */
public final class Gateway implements HttpHandler {

  private final CallContext context;
  private final String region;
  private final String accountId;
  private final List<String> allowedOrigins;

  private volatile List<Api> apis = List.of();
  private volatile List<ServedApi> served = List.of();
  private volatile ApiHandler handler;

  /**
   * Creates a front door without APIs.
   *
   * @param region the region in ARNs
   * @param accountId the account in ARNs, 12 digits
   * @param allowedOrigins the origins of pages that may send all requests, {@code *} for every page
   */
  public Gateway(
      CallContext context, String region, String accountId, List<String> allowedOrigins) {
    this.context = context;
    this.region = region;
    this.accountId = accountId;
    this.allowedOrigins = List.copyOf(allowedOrigins);
    this.handler = new ApiHandler(context, List.of(), this.allowedOrigins);
  }

  /**
   * Serves these APIs from now on, in place of those before. Requests under way end as they began.
   * An API that has not changed keeps what its authorizers remember.
   */
  public synchronized void serve(List<Api> next) {
    serve(next, apis);
  }

  /**
   * Lets all authorizers be asked again, because the code of functions has changed. What those
   * answer that are asked now is for their own requests alone.
   */
  public synchronized void forgetAnswers() {
    serve(apis, List.of());
  }

  /** Serves APIs, of which some stay as they are. */
  private void serve(List<Api> next, List<Api> kept) {
    List<ServedApi> all = new ArrayList<>();
    for (Api api : next) {
      int known = kept.indexOf(api);
      all.add(
          known >= 0
              ? served.get(known)
              : new ServedApi(
                  new ApiStage(api, region, accountId),
                  new Authorizers(api, context.functions(), context.timers(), context.clock())));
    }
    apis = List.copyOf(next);
    served = List.copyOf(all);
    handler = new ApiHandler(context, all, allowedOrigins);
  }

  /** Returns the APIs that are served. */
  public List<Api> apis() {
    return apis;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    handler.handleRequest(exchange);
  }

  /** Answers a request whose head is malformed. On the I/O thread. */
  public static void answerFault(HttpServerExchange exchange, RequestFault fault) {
    ApiHandler.answerFault(exchange, fault);
  }

  /** Refuses a request because of its sender: 403. On the I/O thread. */
  public static void refuse(HttpServerExchange exchange, String message) {
    ApiHandler.refuse(exchange, StatusCodes.FORBIDDEN, message);
  }
}
