package dev.rapid.azure.server;

import static dev.rapid.azure.server.AzureBench.errorOf;
import static dev.rapid.azure.server.AzureBench.eventually;
import static dev.rapid.azure.server.AzureBench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.app.Binding;
import dev.rapid.azure.http.UrlRequest;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.RpcHttp;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.StreamingMessage.ContentCase;
import dev.rapid.azure.server.forward.ScriptedServer;
import dev.rapid.azure.server.forward.ScriptedServer.Connection;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Invocations whose worker has an HTTP server of its own. */
final class ForwardingTest {

  private final ScriptedServer server = new ScriptedServer();
  private final AzureBench bench =
      AzureBench.choice().hostFunctions(httpFunction()).capacity(2).open();

  @AfterEach
  void close() {
    bench.close();
    server.close();
  }

  private static AppFunction httpFunction() {
    return new AppFunction(
        "id-hello",
        "hello",
        "/srv/app",
        "main.py",
        "",
        List.of(
            new Binding(
                "req",
                "httpTrigger",
                Binding.Direction.IN,
                Binding.DataType.UNDEFINED,
                JsonNodeFactory.instance.objectNode().put("route", "items/{id}"))),
        Map.of(),
        false,
        null,
        null);
  }

  private Map<String, String> announced() {
    return Map.of(
        "HttpUri",
        "http://127.0.0.1:" + server.address().getPort(),
        "RequiresRouteParameters",
        "true",
        "RawHttpBodyBytes",
        "true",
        "RpcHttpBodyOnly",
        "true");
  }

  private static void succeed(ScriptedWorker worker, InvocationRequest request) {
    worker.send(
        StreamingMessage.newBuilder()
            .setInvocationResponse(
                InvocationResponse.newBuilder()
                    .setInvocationId(request.getInvocationId())
                    .setResult(ScriptedWorker.success())));
  }

  @Test
  void the_request_of_an_event_goes_to_the_server_and_the_message_has_its_route_parameters() {
    ScriptedWorker worker = bench.ready(announced());
    Invocation invocation =
        bench.invoke(
            Invocations.invocation()
                .payload(
                    Payload.of(
                        "{\"method\":\"POST\",\"url\":\"http://host/api/items/7?a=b\","
                            + "\"headers\":{\"X-In\":\"v\"},\"body\":\"hello\"}")));
    InvocationRequest request = worker.awaitInvocation();
    Connection connection = server.accept();

    assertThat(request.getInputData(0).getData().getHttp())
        .isEqualTo(RpcHttp.newBuilder().putParams("id", "7").build());
    assertThat(connection.readHead())
        .startsWith("POST /api/items/7?a=b HTTP/1.1\r\n")
        .contains("x-in: v\r\n", "x-ms-invocation-id: " + request.getInvocationId() + "\r\n");
    assertThat(connection.read(5)).asString().isEqualTo("hello");
    connection.write(
        "HTTP/1.1 201 Made\r\nContent-Type: text/plain\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
            + "Content-Length: 2\r\n\r\nok");
    succeed(worker, request);

    assertThat(resultOf(invocation))
        .isEqualTo(
            "{\"statusCode\":201,\"headers\":{\"content-type\":\"text/plain\"},"
                + "\"cookies\":[\"a=1\",\"b=2\"],\"body\":\"ok\",\"isBase64Encoded\":false}");
  }

  @Test
  void a_request_to_the_url_goes_on_as_it_is_and_its_answer_comes_back_as_http() {
    ScriptedWorker worker = bench.ready(announced());
    RecordingStream caller = new RecordingStream();
    bench.invoke(
        Invocations.invocation()
            .headers(
                new UrlRequest(
                        "PUT",
                        "https://front/api/items/7",
                        List.of(
                            new PayloadHeaders.Header("Content-Length", "3"),
                            new PayloadHeaders.Header("X-In", "a"),
                            new PayloadHeaders.Header("X-In", "b")))
                    .toPayloadHeaders())
            .payload(Payload.of("abc"))
            .maxResponseBytes(Invocation.UNLIMITED)
            .sink(caller));
    InvocationRequest request = worker.awaitInvocation();
    Connection connection = server.accept();
    assertThat(connection.readHead())
        .contains("X-In: a\r\nX-In: b\r\n", "x-forwarded-host: front\r\n");
    assertThat(connection.read(3)).asString().isEqualTo("abc");
    assertThat(request.getInputData(0).getData().getHttp().getParamsMap()).containsEntry("id", "7");

    connection.write("HTTP/1.1 202 Yes\r\nContent-Length: 4\r\n\r\ndone");
    succeed(worker, request);

    eventually(() -> caller.outcome() != null);
    assertThat(caller.outcome()).isEqualTo(new Outcome.Streamed(ResponseEnd.COMPLETE, null, null));
    eventually(() -> bench.sandbox().state().running().isEmpty());
    // The worker has room for the next one.
    bench.invoke();
    worker.await(ContentCase.INVOCATION_REQUEST);
  }

  @Test
  void an_answer_that_has_begun_ends_with_its_connection_when_the_stream_is_lost() {
    ScriptedWorker worker = bench.ready(announced());
    RecordingStream caller = new RecordingStream();
    bench.invoke(urlRequest(caller));
    worker.awaitInvocation();
    Connection connection = server.accept();
    connection.readHead();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    eventually(() -> bench.sandbox().state().running().getFirst().reply() != null);

    worker.end();
    eventually(() -> bench.sandbox().state().running().getFirst().failure() != null);
    connection.close();

    eventually(() -> caller.outcome() != null);
    assertThat(caller.outcome()).isEqualTo(new Outcome.Streamed(ResponseEnd.TRUNCATED, null, null));
  }

  @Test
  void a_worker_that_never_ends_an_invocation_whose_connection_broke_is_replaced() {
    ScriptedWorker worker = bench.ready(announced());
    RecordingStream caller = new RecordingStream();
    bench.invoke(urlRequest(caller));
    worker.awaitInvocation();
    Connection connection = server.accept();
    connection.readHead();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    eventually(() -> bench.sandbox().state().running().getFirst().reply() != null);
    connection.close();
    eventually(() -> bench.sandbox().state().running().isEmpty());

    bench.time().advanceBy(Duration.ofMinutes(2));

    bench.awaitCold();
  }

  private static Invocations urlRequest(RecordingStream caller) {
    return Invocations.invocation()
        .headers(new UrlRequest("GET", "https://front/api/items/7", List.of()).toPayloadHeaders())
        .payload(Payload.of(""))
        .maxResponseBytes(Invocation.UNLIMITED)
        .sink(caller);
  }

  @Test
  void an_http_uri_that_is_no_url_is_an_init_error() {
    Invocation invocation = bench.invoke();
    ScriptedWorker worker = bench.started().start();
    worker.await(ContentCase.WORKER_INIT_REQUEST);

    worker.initialized(Map.of("HttpUri", "somewhere"));

    assertThat(errorOf(invocation)).contains("Runtime.Unknown", "HttpUri 'somewhere'");
  }
}
