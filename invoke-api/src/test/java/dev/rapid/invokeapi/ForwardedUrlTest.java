package dev.rapid.invokeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
import dev.rapid.core.time.WallClock;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import dev.rapid.invokeapi.invoke.InvokedFunction;
import dev.rapid.invokeapi.invoke.RequestRate;
import dev.rapid.invokeapi.invoke.Strictness;
import dev.rapid.invokeapi.invoke.VersionedFunction;
import dev.rapid.invokeapi.read.Catalogue;
import dev.rapid.invokeapi.read.ServedFunction;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.invokeapi.url.WebPages;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.event.HttpForwarding;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The URL of a function whose worker takes requests as headers and bytes, and not as an event. */
final class ForwardedUrlTest {

  private static final String URL = "/lambda-url/echo";

  private final ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM);
  private final HttpWorker ioThreads = HttpWorker.start(1, 64L * 1024 * 1024);
  private final HttpListener listener =
      HttpListener.bind(ioThreads, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  private final List<WireClient> clients = new ArrayList<>();
  private final Fleet fleet;
  private final StreamingWorker worker;

  ForwardedUrlTest() throws Exception {
    FunctionDescription description =
        Functions.function().name("echo").accountId("000000000000").build();
    fleet =
        new Fleet(
            FleetConfig.of(1, 1),
            member ->
                Sandboxes.sandbox()
                    .config(SandboxConfig.started(Duration.ofSeconds(60)))
                    .processes(FakeProcesses.stoppedAtOnce())
                    .realTime(timers)
                    .member(member)
                    .build(),
            timers,
            NanoClock.SYSTEM);
    worker = new StreamingWorker(fleet.first());
    fleet.initialise();
    worker.ready();
    InvokedFunction invoked =
        new InvokedFunction(
            () -> description,
            fleet,
            new IntakeOfTest(fleet),
            new LongAdder(),
            false,
            RequestRate.UNLIMITED);
    InvokeApi api =
        new InvokeApi(
            new Catalogue(
                List.of(
                    new ServedFunction(
                        VersionedFunction.of(invoked),
                        UrlSettings.DEFAULT,
                        new PrefixedHeaders(),
                        AsyncSettings.DEFAULT,
                        Emulator.PROFILE)),
                null),
            ioThreads.payloads(),
            WallClock.SYSTEM,
            ResponseStreaming.unlimited(NanoClock.SYSTEM, timers),
            WebPages.NONE,
            Strictness.NONE,
            () -> 0);
    listener.serve(api.handler(), api::answerFault);
  }

  @AfterEach
  void close() {
    clients.forEach(WireClient::close);
    listener.close();
    ioThreads.close();
    timers.close();
  }

  /** What a protocol could do: all headers get a prefix, and the answer has its status in one. */
  private static final class PrefixedHeaders implements HttpForwarding {

    @Override
    public PayloadHeaders headersFor(Request request) {
      List<PayloadHeaders.Header> headers = new ArrayList<>();
      headers.add(new PayloadHeaders.Header("method", request.method()));
      headers.add(new PayloadHeaders.Header("url", request.url()));
      request
          .headers()
          .forEach(
              each -> headers.add(new PayloadHeaders.Header("h-" + each.name(), each.value())));
      return new PayloadHeaders(headers);
    }

    @Override
    public Answer answerOf(ResponseHead head, String requestId) {
      String status = head.headers().first("status");
      return new Answer(status == null ? 200 : Integer.parseInt(status), head.headers().all());
    }

    @Override
    public @Nullable Answer answerOf(Outcome.Reported error) {
      return "Told".equals(error.reportedType())
          ? new Answer(400, List.of(new PayloadHeaders.Header("x-told", "yes")))
          : null;
    }
  }

  private WireClient client() {
    WireClient client = WireClient.connect(listener.address());
    clients.add(client);
    return client;
  }

  private static void eventually(Callable<Boolean> condition) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(condition);
  }

  private static ResponseHead head(String... namesAndValues) {
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(new PayloadHeaders.Header(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new ResponseHead(null, false, new PayloadHeaders(headers));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Invocation awaitInvocation() {
    eventually(() -> worker.invocation() != null);
    Invocation invocation = worker.invocation();
    if (invocation == null) {
      throw new AssertionError();
    }
    return invocation;
  }

  @Test
  void the_worker_gets_method_url_and_headers_as_its_protocol_has_them() {
    client().sendHead("PUT", URL + "/a%20b?x=1&y", "X-In: v");

    PayloadHeaders headers = awaitInvocation().headers();

    assertThat(headers.first("method")).isEqualTo("PUT");
    assertThat(headers.first("url")).isEqualTo("http://test/a%20b?x=1&y");
    assertThat(headers.first("h-x-in")).isEqualTo("v");
  }

  @Test
  void the_client_gets_status_headers_and_body_of_the_worker() {
    WireClient client = client().sendHead("GET", URL);
    awaitInvocation();

    worker.answer(head("status", "418", "X-Tea", "pot", "X-Tea", "two"), bytes("tea"), bytes("!"));
    WireAnswer answer = client.receive();

    assertThat(answer.status()).isEqualTo(418);
    assertThat(answer.headers("X-Tea")).containsExactly("pot", "two");
    assertThat(answer.text()).isEqualTo("tea!");
  }

  @Test
  void the_worker_gets_the_beginning_of_a_body_before_the_client_has_sent_the_rest() {
    WireClient client = client().sendHead("POST", URL, "Transfer-Encoding: chunked");
    client.sendChunk(bytes("first"));
    eventually(() -> Arrays.equals(worker.received(), bytes("first")));
    assertThat(worker.hasAll()).isFalse();

    client.sendChunk(bytes(" second")).sendLastChunk();
    eventually(worker::hasAll);
    worker.answer(head(), worker.received());

    assertThat(client.receive().text()).isEqualTo("first second");
  }

  @Test
  void a_body_of_any_length_passes_while_the_worker_takes_it() {
    byte[] body = new byte[10 * 1024 * 1024];
    Arrays.fill(body, (byte) 'x');
    WireClient client = client();
    Thread sender = Thread.ofVirtual().start(() -> client.sendRequest("POST", URL, body));

    eventually(worker::hasAll);
    assertThat(worker.received()).isEqualTo(body);
    worker.answer(head(), body);

    assertThat(client.receive().body()).isEqualTo(body);
    assertThat(sender.isAlive()).isFalse();
  }

  @Test
  void a_worker_that_does_not_take_the_body_stops_the_reading() {
    int length = 32 * 1024 * 1024;
    worker.hold();
    WireClient client = client();
    Thread sender =
        Thread.ofVirtual().start(() -> client.sendRequest("POST", URL, new byte[length]));
    eventually(() -> worker.received().length > 100_000);

    assertThat(worker.received().length).isLessThan(1024 * 1024);
    assertThat(ioThreads.payloads().usedBytes()).isLessThan(1024 * 1024);
    worker.takeHeld();
    eventually(worker::hasAll);
    assertThat(worker.received()).hasSize(length);
    eventually(() -> !sender.isAlive());
  }

  @Test
  void a_client_that_goes_in_the_middle_of_its_body_ends_the_invocation() {
    WireClient client = client().sendHead("POST", URL, "Content-Length: 10").send("12345");
    eventually(() -> worker.received().length == 5);

    client.close();

    eventually(worker::brokeOff);
    eventually(() -> fleet.states().getFirst().phase() instanceof Phase.Cold);
    eventually(() -> ioThreads.payloads().usedBytes() == 0);
  }

  @Test
  void an_invocation_that_runs_goes_on_when_its_client_goes() {
    WireClient client = client().sendHead("GET", URL);
    awaitInvocation();

    client.close();
    worker.answer(head(), bytes("nobody reads"));

    eventually(() -> worker.invocation() == null);
    assertThat(fleet.states().getFirst().generation()).isEqualTo(1);
  }

  @Test
  void a_status_that_http_does_not_have_is_a_bad_gateway() {
    WireClient client = client().sendHead("GET", URL);
    awaitInvocation();

    worker.answer(head("status", "99"), bytes("?"));

    assertThat(client.receive().status()).isEqualTo(502);
  }

  @Test
  void a_function_that_fails_is_a_bad_gateway() {
    WireClient client = client().sendHead("GET", URL);
    awaitInvocation();

    worker.fail("Kept", "secret");
    WireAnswer answer = client.receive();

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).doesNotContain("secret");
  }

  @Test
  void an_error_that_the_protocol_tells_the_client_is_its_answer() {
    WireClient client = client().sendHead("GET", URL);
    awaitInvocation();

    worker.fail("Told", "what to do");
    WireAnswer answer = client.receive();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.headers("x-told")).containsExactly("yes");
    assertThat(answer.text()).isEqualTo("what to do");
  }

  @Test
  void an_answer_to_head_has_no_body() {
    WireClient client = client().sendHead("HEAD", URL);
    awaitInvocation();

    worker.answer(head("X-A", "b"), bytes("not sent"));

    assertThat(client.receiveHead().header("X-A")).isEqualTo("b");
  }

  @Test
  void a_connection_carries_the_next_request_after_a_body_that_the_worker_did_not_want() {
    worker.hold();
    WireClient client = client();
    byte[] body = new byte[400_000];
    Thread sender = Thread.ofVirtual().start(() -> client.sendRequest("POST", URL, body));
    awaitInvocation();
    worker.answer(head("status", "413"));
    assertThat(client.receive().status()).isEqualTo(413);
    worker.takeHeld();
    eventually(() -> !sender.isAlive());

    client.sendHead("GET", URL);
    eventually(() -> worker.invocation() != null && worker.hasAll());
    worker.answer(head(), bytes("next"));

    assertThat(client.receive().text()).isEqualTo("next");
    eventually(() -> ioThreads.payloads().usedBytes() == 0);
  }
}
