package dev.rapid.http.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rapid.http.answer.Answers;
import io.undertow.server.HttpServerExchange;

/** Answers requests whose head is wrong, in the form of the API that they are sent to. */
@FunctionalInterface
public interface FaultHandler {

  /** Answers with a line of text. */
  FaultHandler TEXT =
      (exchange, fault) ->
          Answers.send(
              exchange, fault.status(), Answers.TEXT, (fault.message() + "\n").getBytes(UTF_8));

  /**
   * Answers, on the I/O thread. The method of the exchange is a placeholder, and its target has
   * only what could be read.
   */
  void answer(HttpServerExchange exchange, RequestFault fault);
}
