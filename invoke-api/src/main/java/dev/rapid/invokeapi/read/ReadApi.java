package dev.rapid.invokeapi.read;

import dev.rapid.http.RouteHandler;
import dev.rapid.http.Routes;
import dev.rapid.http.answer.Answers;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceErrors;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.invoke.CallContext;
import dev.rapid.invokeapi.wire.InvokeHeaders;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.function.Supplier;

/** The routes of the operations that do not invoke (contract invoke-api, sections 0.1 and 6.2). */
public final class ReadApi {

  private static final Logger LOG = System.getLogger(ReadApi.class.getName());

  private final CallContext context;
  private final Supplier<Catalogue> catalogue;

  private ReadApi(CallContext context, Supplier<Catalogue> catalogue) {
    this.context = context;
    this.catalogue = catalogue;
  }

  /** Returns the answer to a request, the members of its body. */
  @FunctionalInterface
  interface Operation {

    /**
     * Reads. May block.
     *
     * @throws ServiceException if the request is refused
     */
    Map<String, Object> read(ReadRequest request);
  }

  /**
   * Returns the handler of all paths that no operation that invokes has.
   *
   * @param catalogue the functions at the moment
   * @param unknownPath answers paths that no operation of the service has
   */
  public static HttpHandler routes(
      CallContext context, Supplier<Catalogue> catalogue, HttpHandler unknownPath) {
    ReadApi api = new ReadApi(context, catalogue);
    FunctionReads functions = new FunctionReads();
    VersionReads versions = new VersionReads();
    SettingReads settings = new SettingReads();
    Routes.Builder table =
        Routes.table(unknownPath, ReadApi::wrongMethod)
            .get("/2015-03-31/functions", api.of(functions::list))
            .get("/2015-03-31/functions/", api.of(functions::list))
            .get("/2015-03-31/functions/{}", api.of(functions::get))
            .get("/2015-03-31/functions/{}/configuration", api.of(functions::configuration))
            .get("/2015-03-31/functions/{}/versions", api.of(functions::versions))
            .get("/2015-03-31/functions/{}/aliases", api.of(versions::aliases))
            .get("/2015-03-31/functions/{}/aliases/{}", api.of(versions::alias))
            .get("/2015-03-31/functions/{}/policy", api.of(settings::policy))
            .get("/2016-08-19/account-settings", api.of(settings::account))
            .get("/2016-08-19/account-settings/", api.of(settings::account))
            .get("/2017-03-31/tags/{}", api.of(settings::tags))
            .get("/2019-09-25/functions/{}/event-invoke-config", api.of(settings::async))
            .get("/2019-09-25/functions/{}/event-invoke-config/list", api.of(settings::asyncs))
            .get("/2019-09-30/functions/{}/concurrency", api.of(settings::concurrency))
            .get("/2019-09-30/functions/{}/provisioned-concurrency", api.of(versions::provisioned))
            .get("/2021-10-31/functions/{}/url", api.of(settings::url))
            .get("/2021-10-31/functions/{}/urls", api.of(settings::urls));
    UnsupportedOperations.addTo(table, ReadApi::unsupported);
    return table.build();
  }

  private RouteHandler of(Operation operation) {
    return (exchange, segments) ->
        Answers.park(
            exchange,
            () ->
                // It may look at the files of the code, which must not stop an I/O thread.
                Thread.ofVirtual()
                    .name("rapid-read")
                    .start(() -> answer(exchange, segments, operation)));
  }

  private void answer(HttpServerExchange exchange, String segments, Operation operation) {
    String requestId = Identifiers.random();
    ReadRequest request = new ReadRequest(exchange, segments, context, catalogue.get());
    Runnable answer;
    try {
      Map<String, Object> body = operation.read(request);
      byte[] json = new JsonObject(JsonEscapes.REQUIRED).putAll(body).bytes();
      answer =
          () -> {
            exchange.getResponseHeaders().put(InvokeHeaders.REQUEST_ID, requestId);
            Answers.send(exchange, StatusCodes.OK, Answers.JSON, json);
          };
    } catch (ServiceException e) {
      answer = () -> ServiceErrors.send(exchange, requestId, e);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "Could not read " + exchange.getRequestPath(), e);
      ServiceException fault =
          new ServiceException(ServiceError.SERVICE, "Rapid could not read this: " + e);
      answer = () -> ServiceErrors.send(exchange, requestId, fault);
    }
    Answers.onIoThread(exchange, answer);
  }

  private static void wrongMethod(HttpServerExchange exchange) {
    refuse(
        exchange,
        ServiceError.METHOD_NOT_ALLOWED,
        exchange.getRequestMethod()
            + " is not allowed here; use "
            + exchange.getResponseHeaders().getFirst(Headers.ALLOW));
  }

  private static void unsupported(HttpServerExchange exchange, String segments) {
    refuse(exchange, ServiceError.NOT_IMPLEMENTED, "not supported by the emulator");
  }

  private static void refuse(HttpServerExchange exchange, ServiceError error, String message) {
    ServiceErrors.send(exchange, Identifiers.random(), new ServiceException(error, message));
  }
}
