package dev.rapid.emulator;

import dev.rapid.emulator.settings.HostPort;
import dev.rapid.http.ConnectionGroup;
import dev.rapid.http.answer.Answers;
import dev.rapid.runtimeapi.RuntimeApiServer;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The address where the runtimes that users start find their APIs, one for all functions of which
 * the settings choose it.
 *
 * <p>The APIs of a function are below {@code /NAME/}: runtimes make their URLs of {@code
 * http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/...}, so {@code host:port/NAME} is a complete address.
 * A single function has them without its name too.
 */
final class AttachAddress implements AutoCloseable {

  private final Engine engine;
  private final RuntimeApiServer server;
  private final Map<String, OfFunction> functions = new LinkedHashMap<>();

  private AttachAddress(Engine engine, RuntimeApiServer server, List<String> names) {
    this.engine = engine;
    this.server = server;
    names.forEach(name -> functions.put(name, new OfFunction(name)));
  }

  /**
   * Binds an address. Runtimes can connect, and wait until {@link #serve}.
   *
   * @param names the names of the functions, at least one
   * @throws ListenException if the address cannot be used
   */
  static AttachAddress bind(Engine engine, HostPort address, List<String> names)
      throws ListenException {
    RuntimeApiServer server =
        Engine.bind(
            ListenException.Use.RUNTIME_API,
            address,
            socket -> RuntimeApiServer.bind(engine.worker(), socket));
    return new AttachAddress(engine, server, names);
  }

  /** Begins to answer runtimes. */
  void serve() {
    server.serve(this::handle);
  }

  /** Returns the part of a function. */
  SandboxAddress of(String function) {
    OfFunction known = functions.get(function);
    if (known == null) {
      throw new IllegalArgumentException("The function " + function + " is not attached here");
    }
    return known;
  }

  private void handle(HttpServerExchange exchange) throws Exception {
    String path = exchange.getRequestPath();
    int end = path.indexOf('/', 1);
    OfFunction named = end < 0 ? null : functions.get(path.substring(1, end));
    if (named != null) {
      exchange.setRequestPath(path.substring(end));
    } else if (isSingle()) {
      named = functions.values().iterator().next();
    }
    HttpHandler apis = named == null ? null : named.apis;
    if (named == null || apis == null) {
      refuse(exchange);
      return;
    }
    named.connections.add(exchange);
    apis.handleRequest(exchange);
  }

  private void refuse(HttpServerExchange exchange) {
    String text =
        "Several functions share this address: set AWS_LAMBDA_RUNTIME_API to "
            + HostPort.reachable(server.address())
            + "/NAME, with one of the names "
            + String.join(", ", functions.keySet())
            + "\n";
    Answers.send(
        exchange, StatusCodes.NOT_FOUND, Answers.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private boolean isSingle() {
    return functions.size() == 1;
  }

  /** Closes the address and all connections. */
  @Override
  public void close() {
    server.close();
  }

  /** The part of one function. */
  private final class OfFunction implements SandboxAddress {

    private final String name;
    private final ConnectionGroup connections = new ConnectionGroup(engine.worker());
    private volatile @Nullable HttpHandler apis;

    OfFunction(String name) {
      this.name = name;
    }

    @Override
    public void serve(Function<RuntimeApiServer, HttpHandler> served) {
      apis = served.apply(server);
    }

    @Override
    public String open() {
      String address = HostPort.reachable(server.address());
      return isSingle() ? address : address + "/" + name;
    }

    /** Connections without a request stay, because it is not known yet whose they are. */
    @Override
    public void closeAll(Runnable closed) {
      if (isSingle()) {
        server.closeAll(closed);
      } else {
        connections.closeAll(closed);
      }
    }
  }
}
