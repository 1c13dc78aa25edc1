package dev.rapid.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.testing.Functions;
import dev.rapid.gateway.function.GatewayFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A function that is a script of the test. It answers on a thread of its own. */
final class TestFunction implements GatewayFunction {

  static final ObjectMapper JSON = new ObjectMapper();

  /** What a function does with an invocation. */
  @FunctionalInterface
  interface Script {
    void run(Invocation invocation, JsonNode event) throws IOException;
  }

  private final FunctionDescription description;
  private final Script script;
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Invocation> running = new LinkedBlockingQueue<>();
  private final AtomicInteger throttles = new AtomicInteger();

  private TestFunction(String name, Script script) {
    this.description = Functions.function().name(name).build();
    this.script = script;
  }

  static TestFunction of(String name, Script script) {
    return new TestFunction(name, script);
  }

  /** Answers 200 with its event as the body. */
  static TestFunction echo() {
    return returning(
        "echo",
        event ->
            JSON.writeValueAsString(
                JSON.createObjectNode().put("statusCode", 200).put("body", event.toString())));
  }

  /** Returns the body of its event as its result. */
  static TestFunction say() {
    return of(
        "say",
        (invocation, event) -> {
          String body = event.path("body").asText();
          byte[] result =
              event.path("isBase64Encoded").asBoolean()
                  ? Base64.getDecoder().decode(body)
                  : body.getBytes(UTF_8);
          complete(invocation, new Outcome.Returned(Payload.of(result), null));
        });
  }

  /** What a function makes of its event. */
  @FunctionalInterface
  interface Result {
    String of(JsonNode event) throws JsonProcessingException;
  }

  static TestFunction returning(String name, Result result) {
    return of(
        name,
        (invocation, event) ->
            complete(invocation, new Outcome.Returned(Payload.of(result.of(event)), null)));
  }

  static TestFunction returning(String name, String result) {
    return returning(name, event -> result);
  }

  /** Throws an error with a message. */
  static TestFunction throwing(String name, String message) {
    return of(
        name,
        (invocation, event) -> {
          ObjectNode error =
              JSON.createObjectNode().put("errorMessage", message).put("errorType", "Error");
          complete(
              invocation,
              new Outcome.Reported("Error", "Error", Payload.of(error.toString()), null));
        });
  }

  /** Times out. */
  static TestFunction failing(String name) {
    return of(
        name,
        (invocation, event) ->
            complete(
                invocation,
                new Outcome.Failed(
                    ErrorType.SANDBOX_TIMEDOUT, "Task timed out after 1.00 seconds")));
  }

  static TestFunction refusing(String name, Outcome.Rejection rejection) {
    return of(name, (invocation, event) -> complete(invocation, new Outcome.Rejected(rejection)));
  }

  /** Runs until the test ends the invocation, which {@link #awaitRunning} returns. */
  static TestFunction neverEnding(String name) {
    return of(name, (invocation, event) -> {});
  }

  static void complete(Invocation invocation, Outcome outcome) {
    invocation.sink().complete(outcome);
  }

  /** Returns all events so far. */
  List<JsonNode> events() {
    return events;
  }

  JsonNode onlyEvent() {
    if (events.size() != 1) {
      throw new AssertionError("expected one event, but there are " + events.size());
    }
    return events.getFirst();
  }

  Invocation awaitRunning() {
    try {
      return running.take();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  int throttles() {
    return throttles.get();
  }

  @Override
  public FunctionDescription description() {
    return description;
  }

  @Override
  public String invokedArn() {
    return description.identity().arn();
  }

  @Override
  public String executedVersion() {
    return description.identity().version();
  }

  @Override
  public boolean isolatesTenants() {
    return false;
  }

  @Override
  public void invoke(Invocation invocation) {
    try {
      JsonNode event = JSON.readTree(invocation.payload().toByteArray());
      invocation.payload().release();
      events.add(event);
      Thread unused =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try {
                  running.add(invocation);
                  script.run(invocation, event);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void callerGone(Invocation invocation) {
    complete(invocation, new Outcome.Rejected(Outcome.Rejection.CALLER_GONE));
  }

  @Override
  public void throttled() {
    throttles.incrementAndGet();
  }
}
