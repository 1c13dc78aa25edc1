package dev.rapid.status;

import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.RequestQuery;
import dev.rapid.lambda.JsonObject;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /_rapid/reload}: reads the settings again and renews all functions; {@code
 * ?function=NAME} renews only one, with the settings that it has. The answer comes when the
 * functions have other settings; new sandboxes are perhaps still in their init, and invocations
 * wait for that.
 *
 * <p>200 has the names of the functions that were renewed, added and removed. Invalid settings are
 * 409 with the problems, and everything goes on as before. A function that there is not is 404.
 */
final class ReloadHandler implements HttpHandler {

  private final Reloader reloader;

  ReloadHandler(Reloader reloader) {
    this.reloader = reloader;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    String function = RequestQuery.parameter(exchange, "function");
    Answers.park(
        exchange,
        () -> {
          // It reads files, and an I/O thread must not wait for them.
          Thread unused =
              Thread.ofPlatform()
                  .daemon()
                  .name("rapid-reload")
                  .start(() -> {
                    Answer answer = reload(function);
                    Answers.onIoThread(exchange, () -> answer.send(exchange));
                  });
        });
  }

  private record Answer(int status, JsonObject body) {

    void send(HttpServerExchange exchange) {
      Answers.send(exchange, status, Answers.JSON, body.line());
    }
  }

  private Answer reload(@Nullable String function) {
    Reloader.Result result;
    try {
      result = reloader.reload(function);
    } catch (RuntimeException e) {
      return new Answer(
          StatusCodes.INTERNAL_SERVER_ERROR, new JsonObject().put("message", e.toString()));
    }
    return switch (result) {
      case Reloader.Reloaded done ->
          new Answer(
              StatusCodes.OK,
              new JsonObject()
                  .putStrings("renewed", done.renewed())
                  .putStrings("added", done.added())
                  .putStrings("removed", done.removed())
                  .putStrings("unapplied", done.unapplied()));
      case Reloader.UnknownFunction(String message) ->
          new Answer(StatusCodes.NOT_FOUND, new JsonObject().put("message", message));
      case Reloader.Refused(List<String> problems) ->
          new Answer(
              StatusCodes.CONFLICT,
              new JsonObject()
                  .put("message", "Nothing was changed: " + String.join("; ", problems))
                  .putStrings("problems", problems));
    };
  }
}
