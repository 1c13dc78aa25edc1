package dev.rapid.control;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.BodyReader;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.lambda.Limits;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads the bodies of requests, which are bounded. It also answers requests whose body it cannot
 * read.
 */
final class Bodies {

  /**
   * The largest payload; one number for both directions (contract lifecycle-and-control, section
   * 3.3).
   */
  static final int MAX_PAYLOAD_BYTES = Limits.MAX_RESPONSE_BYTES;

  /** The largest body of all other requests. */
  static final int MAX_CONTROL_BYTES = 1024 * 1024;

  /** How much of a body that is over the limit is read, so that the client sees the answer. */
  private static final long DISCARD_LIMIT = 8L * 1024 * 1024;

  /** Receives the fields of a JSON body on the I/O thread. */
  @FunctionalInterface
  interface FieldsReceiver {

    /** Receives the fields of the body. */
    void receive(JsonFields fields) throws InvalidJsonException;
  }

  private Bodies() {}

  /** Reads a payload and passes it, with its ownership, to {@code then} on the I/O thread. */
  static void payload(HttpServerExchange exchange, PayloadMemory memory, Consumer<Payload> then) {
    read(exchange, memory, MAX_PAYLOAD_BYTES, then);
  }

  /** Reads and discards a body. */
  static void nothing(HttpServerExchange exchange, PayloadMemory memory, Runnable then) {
    read(
        exchange,
        memory,
        MAX_CONTROL_BYTES,
        body -> {
          body.release();
          then.run();
        });
  }

  /** Reads a JSON object. Answers 400 if the body is something else or empty. */
  static void json(HttpServerExchange exchange, PayloadMemory memory, FieldsReceiver then) {
    read(
        exchange,
        memory,
        MAX_CONTROL_BYTES,
        body -> {
          String text = new String(body.toByteArray(), StandardCharsets.UTF_8);
          body.release();
          try {
            then.receive(JsonFields.of(text));
          } catch (InvalidJsonException e) {
            ControlErrors.invalidRequest(exchange, "Invalid json " + text + ": " + e.getMessage());
          }
        });
  }

  private static void read(
      HttpServerExchange exchange, PayloadMemory memory, long limit, Consumer<Payload> then) {
    BodyReader.Receiver receiver =
        new BodyReader.Receiver() {
          @Override
          public void complete(Payload payload) {
            then.accept(payload);
          }

          @Override
          public void tooLarge(long bytes) {
            ControlErrors.tooLarge(exchange, limit);
          }

          @Override
          public void outOfMemory() {
            ControlErrors.noMemory(exchange);
          }

          @Override
          public void truncated() {
            ControlErrors.invalidRequest(
                exchange, "Failed to read full body: it ended early or its framing is malformed");
          }
        };
    Answers.park(exchange, () -> BodyReader.read(exchange, memory, limit, DISCARD_LIMIT, receiver));
  }
}
