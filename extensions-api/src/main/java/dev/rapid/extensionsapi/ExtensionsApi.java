package dev.rapid.extensionsapi;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.http.Routes;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.answer.StandardAnswers;
import dev.rapid.http.request.PayloadMemory;
import io.undertow.server.HttpHandler;
import io.undertow.util.StatusCodes;
import java.util.function.Supplier;

/**
 * The Extensions API 2020-01-01 of one sandbox, as a table of routes (contract
 * runtime-extensions-telemetry, sections 0.3 and 3).
 *
 * <p>It has no listener of its own but shares the address of the Runtime API, which passes it all
 * requests whose path begins with {@link #PREFIX}.
 *
 * <table>
 *   <caption>Routes</caption>
 *   <tr><th>Call</th><th>What it does</th></tr>
 *   <tr><td>{@code POST extension/register}</td>
 *       <td>makes an extension known and answers its identifier</td></tr>
 *   <tr><td>{@code GET extension/event/next}</td>
 *       <td>waits, without a thread and without limit, for INVOKE or SHUTDOWN</td></tr>
 *   <tr><td>{@code POST extension/init/error}</td><td>reports that its init failed</td></tr>
 *   <tr><td>{@code POST extension/exit/error}</td><td>reports that it is about to end</td></tr>
 * </table>
 *
 * <p>A refused call is answered 403 with {@code errorMessage} and {@code errorType}; the sandbox
 * decides which call it accepts in which state.
 */
public final class ExtensionsApi {

  /** The prefix of all paths of this API, and of no others. */
  public static final String PREFIX = "/2020-01-01/";

  /** The largest body of a registration, in bytes; a larger one is answered 413. */
  public static final int MAX_REGISTRATION_BYTES = 1024 * 1024;

  private static final byte[] NOTHING = {};

  private ExtensionsApi() {}

  /**
   * Returns the routes.
   *
   * @param function the current configuration of the function, which extensions get when they
   *     register
   * @param memory the memory for bodies
   */
  public static Routes routes(
      Sandbox sandbox, Supplier<FunctionDescription> function, PayloadMemory memory) {
    return Routes.table(StandardAnswers::unknownPath, StandardAnswers::wrongMethod)
        .post(PREFIX + "extension/register", new RegisterHandler(sandbox, function, memory))
        .get(PREFIX + "extension/event/next", new EventNextHandler(sandbox))
        .post(PREFIX + "extension/init/error", ErrorReportHandler.ofInit(sandbox))
        .post(PREFIX + "extension/exit/error", ErrorReportHandler.ofExit(sandbox))
        .build();
  }

  /**
   * Returns the handler that replaces the routes while extensions are switched off: 404 without a
   * body, for every path and method (contract runtime-extensions-telemetry, section 3.1).
   */
  public static HttpHandler switchedOff() {
    // With a content type, although there is no body: a native client crashes without one.
    return exchange -> Answers.send(exchange, StatusCodes.NOT_FOUND, Answers.TEXT, NOTHING);
  }
}
