package dev.rapid.emulator;

import dev.rapid.control.ControlApi;
import dev.rapid.gateway.Gateway;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.browser.AllowedHosts;
import dev.rapid.http.browser.AllowedOrigins;
import dev.rapid.http.browser.HostCheck;
import dev.rapid.http.browser.OriginCheck;
import dev.rapid.http.browser.OriginCheck.Reach;
import dev.rapid.http.browser.Refusal;
import dev.rapid.invokeapi.InvokeApi;
import dev.rapid.lambda.WireError;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * Keeps web pages away from Rapid's listeners (docs/security.md). It refuses a browser's requests
 * for a page with 403, in the format of the listener's API.
 */
final class Gatekeeper {

  private static final Logger LOG = System.getLogger(Gatekeeper.class.getName());

  private static final int MAX_SHOWN_CHARS = 255;

  private final AllowedHosts allowedHosts;
  private final UnaryOperator<String> advice;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * Creates the gatekeeper of all listeners.
   *
   * @param allowedHosts as of {@link AllowedHosts}
   * @param advice says how to allow a host name
   */
  Gatekeeper(List<String> allowedHosts, UnaryOperator<String> advice) {
    this.allowedHosts = new AllowedHosts(allowedHosts);
    this.advice = advice;
  }

  /** Guards the address of callers. The Invoke API decides whether a page may invoke. */
  HttpHandler forCallers(HttpHandler next) {
    return host(InvokeApi::refuse, next);
  }

  /** Guards the address of APIs, which decide themselves whether a page may call. */
  HttpHandler forApis(HttpHandler next) {
    return host(Gateway::refuse, next);
  }

  /** Guards the status pages; web pages may link to them. */
  HttpHandler forWatchers(List<String> allowedOrigins, HttpHandler next) {
    return new OriginCheck(
            origin -> AllowedOrigins.allows(allowedOrigins, origin),
            Reach.LINKS,
            origin(InvokeApi::refuse))
        .before(next);
  }

  /** Guards the control API, which no page may use. */
  HttpHandler forControl(HttpHandler next) {
    return forPrograms(ControlApi::refuse, next);
  }

  /** Guards the APIs of the function's processes, which no page may use. */
  HttpHandler forProcesses(HttpHandler next) {
    return forPrograms(
        (exchange, message) ->
            Answers.send(
                exchange,
                StatusCodes.FORBIDDEN,
                Answers.JSON,
                new WireError(StatusCodes.FORBIDDEN, "AccessDenied", message).body()),
        next);
  }

  private HttpHandler forPrograms(BiConsumer<HttpServerExchange, String> answer, HttpHandler next) {
    return host(
        answer, new OriginCheck(origin -> false, Reach.NOTHING, origin(answer)).before(next));
  }

  private HttpHandler host(BiConsumer<HttpServerExchange, String> answer, HttpHandler next) {
    return new HostCheck(
        allowedHosts,
        (exchange, host) -> {
          String message = hostMessage(host);
          if (warned.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, "a request was refused: " + message);
          }
          answer.accept(exchange, message);
        },
        next);
  }

  private static Refusal origin(BiConsumer<HttpServerExchange, String> answer) {
    return (exchange, origin) ->
        answer.accept(exchange, "Web pages of '" + shown(origin) + "' may not send this request.");
  }

  private String hostMessage(String host) {
    String name = shown(AllowedHosts.nameOf(host));
    return "The host name '"
        + name
        + "' is not allowed, because a web page could have made it point here. If you call Rapid by"
        + " this name, "
        + advice.apply(name);
  }

  private static String shown(String value) {
    String text = value.length() > MAX_SHOWN_CHARS ? value.substring(0, MAX_SHOWN_CHARS) : value;
    return text.replaceAll("[^!-~]", "?");
  }
}
