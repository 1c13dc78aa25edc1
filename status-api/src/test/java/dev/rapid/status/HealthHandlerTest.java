package dev.rapid.status;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.PhaseListener;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.time.CancellableTimers;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
import dev.rapid.core.time.WallClock;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoreException;
import dev.rapid.status.queue.QueueOfTest;
import dev.rapid.telemetry.delivery.DeliveryThread;
import dev.rapid.telemetry.delivery.TelemetryCounters;
import dev.rapid.telemetry.format.ObservedSandbox;
import dev.rapid.telemetry.subscription.RecordStream;
import dev.rapid.telemetry.subscription.TelemetryHub;
import io.restassured.response.Response;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class HealthHandlerTest {

  private static final Map<String, String> NOT_READY =
      Map.of("status", "not ready", "phase", "Cold");

  private final ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM);
  private final Readiness readiness = new Readiness(false, false);
  private final PhaseListener sandbox = readiness.sandbox();
  private final RecordStream records = new RecordStream();
  private final CountDownLatch waiting = new CountDownLatch(1);
  private final HttpClient client = HttpClient.newHttpClient();
  private final TelemetryHub hub =
      new TelemetryHub(
          new ObservedSandbox(Functions::aFunction, Functions::aSandbox, () -> 0, false),
          records,
          new DeliveryThread(),
          new TelemetryCounters(),
          timers,
          NanoClock.SYSTEM,
          WallClock.SYSTEM);
  private Reloader reloader = function -> new Reloader.UnknownFunction("none");
  private final Drain drain =
      new Drain() {

        private final AtomicBoolean begun = new AtomicBoolean();

        @Override
        public void begin() {
          begun.set(true);
        }

        @Override
        public boolean hasBegun() {
          return begun.get();
        }
      };
  private final QueueOfTest queue = new QueueOfTest();
  private HttpWorker worker;
  private HttpListener listener;

  @BeforeEach
  void listen() throws IOException {
    worker = HttpWorker.start(1, 1024);
    listener =
        HttpListener.bind(worker, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    listener.serve(
        new HealthHandler(
            watched(),
            function -> reloader.reload(function),
            drain,
            queue,
            (atNanos, task) -> {
              CancellableTimers.Scheduled limit = timers.scheduleCancellable(atNanos, task);
              waiting.countDown();
              return limit;
            },
            NanoClock.SYSTEM));
  }

  /** A function that is watched; tests can add another one. */
  private List<WatchedFunction> watched() {
    return List.of(watched("test_function", records, readiness, 2));
  }

  private static WatchedFunction watched(
      String name, RecordStream records, Readiness readiness, int waiting) {
    VirtualTime time = new VirtualTime();
    Fleet fleet =
        new Fleet(
            FleetConfig.of(1, 1), member -> Sandboxes.sandbox().member(member).build(), time, time);
    for (int i = 0; i < waiting; i++) {
      fleet.invoke(Invocations.anInvocation(Integer.toString(i)));
    }
    return new WatchedFunction(
        () -> Functions.function().name(name).build(),
        () ->
            List.of(
                new WatchedFleet(
                    fleet,
                    number ->
                        new SandboxIdentity(name, number, "stream", InitializationType.ON_DEMAND))),
        readiness,
        records);
  }

  @AfterEach
  void close() {
    listener.close();
    worker.close();
    timers.close();
    client.close();
    hub.close();
  }

  // ---------------------------------------------------------------- events

  private Stream<String> watch(String query) throws Exception {
    HttpResponse<Stream<String>> response =
        client.send(
            HttpRequest.newBuilder(URI.create(url("/_rapid/events" + query))).build(),
            HttpResponse.BodyHandlers.ofLines());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    return response.body();
  }

  @Test
  void who_watches_is_told_of_every_event_and_line_from_then_on() throws Exception {
    Invocation invocation = Invocations.anInvocation("a");
    hub.emit(new LifecycleEvent.InitStart(InitPhase.INIT));
    try (Stream<String> lines = watch("")) {
      hub.emit(new LifecycleEvent.Start(invocation));
      hub.functionOutput().output("hello\n".getBytes(StandardCharsets.UTF_8), 0, 6);

      List<String> first = lines.filter(line -> !line.isEmpty()).limit(6).toList();
      assertThat(first.stream().filter(line -> line.startsWith("event:")).toList())
          .containsExactly("event:platform.start", "event:function");
      assertThat(first.stream().filter(line -> line.startsWith("data:")).toList())
          .satisfiesExactly(
              start -> assertThat(start).contains("\"requestId\":\"a\""),
              line ->
                  assertThat(line)
                      .endsWith(
                          ",\"record\":\"hello\",\"requestId\":\"a\","
                              + "\"function\":\"test_function\","
                              + "\"sandbox\":\"test_function/1\"}"));
    }
  }

  @Test
  void who_watches_can_choose_types() throws Exception {
    try (Stream<String> lines = watch("?types=function")) {
      hub.emit(new LifecycleEvent.Start(Invocations.anInvocation("a")));
      hub.functionOutput().output("hello\n".getBytes(StandardCharsets.UTF_8), 0, 6);

      assertThat(lines.filter(line -> line.startsWith("event:")).findFirst())
          .contains("event:function");
    }
  }

  @Test
  void wrong_types_are_refused() {
    get("/_rapid/events?types=platform,all")
        .then()
        .statusCode(400)
        .body("message", startsWith("types must"));
  }

  @Test
  void only_as_many_viewers_as_allowed_are_let_in_however_fast_they_come() throws Exception {
    List<Socket> viewers = new ArrayList<>();
    try {
      for (int i = 0; i < EventStream.MAX_VIEWERS + 8; i++) {
        viewers.add(send("/_rapid/events"));
      }
      List<String> statuses = new ArrayList<>();
      for (Socket viewer : viewers) {
        statuses.add(statusLine(viewer));
      }

      assertThat(statuses.stream().filter(line -> line.contains(" 200 ")))
          .hasSize(EventStream.MAX_VIEWERS);
      assertThat(statuses.stream().filter(line -> line.contains(" 503 "))).hasSize(8);
    } finally {
      closeAll(viewers);
    }
  }

  @Test
  @Timeout(12)
  void the_place_of_a_viewer_who_leaves_is_free_without_waiting_for_a_heartbeat() throws Exception {
    List<Socket> viewers = new ArrayList<>();
    try {
      for (int i = 0; i < EventStream.MAX_VIEWERS; i++) {
        viewers.add(send("/_rapid/events"));
        assertThat(statusLine(viewers.getLast())).contains(" 200 ");
      }

      viewers.removeFirst().close();

      boolean letIn = false;
      while (!letIn) {
        viewers.add(send("/_rapid/events"));
        letIn = statusLine(viewers.getLast()).contains(" 200 ");
      }
    } finally {
      closeAll(viewers);
    }
  }

  private static void closeAll(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private Socket send(String path) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
    socket
        .getOutputStream()
        .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(UTF_8));
    return socket;
  }

  private static String statusLine(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
  }

  @Test
  void it_is_alive_whatever_the_function_does() {
    get("/_rapid/live").then().statusCode(200).body("status", equalTo("live"));
  }

  @Test
  void it_is_ready_when_the_function_is() {
    get("/_rapid/ready").then().statusCode(503).body("", equalTo(NOT_READY));

    sandbox.entered(Phase.Serving.IDLE);

    get("/_rapid/ready")
        .then()
        .statusCode(200)
        .body("", equalTo(Map.of("status", "ready", "phase", "Ready")));
  }

  @Test
  void a_wait_ends_when_the_function_becomes_ready() throws Exception {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            HttpRequest.newBuilder(URI.create(url("/_rapid/wait?for=ready&timeout=20s"))).build(),
            HttpResponse.BodyHandlers.ofString());
    waiting.await();
    assertThat(answer).isNotDone();

    sandbox.entered(Phase.Serving.IDLE);

    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(timers.waitingCount()).isZero();
  }

  @Test
  void a_caller_who_waits_and_leaves_is_forgotten() throws Exception {
    try (Socket caller = send("/_rapid/wait?for=ready&timeout=60m")) {
      waiting.await();
      assertThat(caller.isConnected()).isTrue();
      assertThat(timers.waitingCount()).isEqualTo(1);
    }

    while (timers.waitingCount() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void a_wait_ends_in_time_if_the_function_does_not_become_ready() {
    get("/_rapid/wait?for=ready&timeout=1ms").then().statusCode(408).body("", equalTo(NOT_READY));
  }

  @Test
  void a_wait_for_what_holds_already_does_not_wait() {
    sandbox.entered(Phase.Serving.IDLE);

    get("/_rapid/wait?for=ready").then().statusCode(200);
    get("/_rapid/wait?for=live").then().statusCode(200);
    assertThat(waiting.getCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "for=nothing",
    "timeout=1s",
    "for=ready&timeout=1",
    "for=ready&timeout=s",
    "for=ready&timeout=1h",
    "for=ready&timeout=61m",
    "for=ready&timeout=99999999999s",
    "for=ready&timeout="
  })
  void a_wrong_parameter_is_refused(String query) {
    get("/_rapid/wait?" + query).then().statusCode(400).body("message", not(emptyString()));
  }

  @Test
  void other_paths_below_the_prefix_do_not_exist() {
    get("/_rapid/other").then().statusCode(404).body("message", not(emptyString()));
  }

  @Test
  void people_can_see_what_the_sandbox_does() {
    queue.inUse = false;

    get("/_rapid/state")
        .then()
        .statusCode(200)
        .body(
            startsWith(
                "function     arn:aws:lambda:us-east-1:012345678912:function:test_function\n"
                    + "sandbox      Cold  [Initializing]  "))
        .body(containsString("\nruntime      Started for "))
        .body(containsString("\nwaiting      2 callers\n"));
  }

  @Test
  void people_can_see_the_queue_of_a_function() {
    String lane = Lanes.ofFunction("test_function");
    queue.add(lane, "{}");
    queue.dead(lane);
    queue.dead(lane);

    get("/_rapid/state").then().body(containsString("\nasync        1 queued, 2 dead\n"));
  }

  @Test
  void programs_can_see_the_queue_of_a_function() {
    queue.add(Lanes.ofFunction("test_function"), "{}");

    given()
        .accept("application/json")
        .get(url("/_rapid/state"))
        .then()
        .body(
            "functions[0].async",
            equalTo(Map.of("queued", 1, "running", 0, "retrying", 0, "dead", 0)));
  }

  @Test
  void a_queue_that_is_not_in_use_has_no_counts() {
    queue.inUse = false;

    given()
        .accept("application/json")
        .get(url("/_rapid/state"))
        .then()
        .body("functions[0].async", nullValue());
    get("/_rapid/state").then().body(not(containsString("\nasync")));
  }

  @Test
  void people_can_see_why_the_queue_is_not_known() {
    queue.failure = new StoreException("the database is away", false, null);

    get("/_rapid/state").then().body(containsString("\nasync store  the database is away\n"));
  }

  @Test
  void the_queue_has_pages_of_its_own() {
    queue.add(Lanes.ofFunction("test_function"), "{}");

    get("/_rapid/async").then().statusCode(200).body("entries.state", equalTo(List.of("queued")));
  }

  @Test
  void only_reading_is_allowed() {
    given()
        .body("{}")
        .post(url("/_rapid/ready"))
        .then()
        .statusCode(405)
        .header("Allow", "GET, HEAD");
  }

  // ---------------------------------------------------------------- reloads

  private Response reload(String query, Reloader next) {
    reloader = next;
    return given().post(url("/_rapid/reload" + query));
  }

  @Test
  void a_reload_names_what_has_changed() {
    reload(
            "",
            function ->
                new Reloader.Reloaded(
                    List.of("a"), List.of("b"), List.of("c"), List.of("the addresses")))
        .then()
        .statusCode(200)
        .body(
            "",
            equalTo(
                Map.of(
                    "renewed", List.of("a"),
                    "added", List.of("b"),
                    "removed", List.of("c"),
                    "unapplied", List.of("the addresses"))));
  }

  @Test
  void a_reload_can_be_for_one_function() {
    reload(
            "?function=a",
            function ->
                new Reloader.Reloaded(
                    List.of(String.valueOf(function)), List.of(), List.of(), List.of()))
        .then()
        .statusCode(200)
        .body("renewed", equalTo(List.of("a")));
  }

  @Test
  void a_reload_of_a_function_that_there_is_not_is_404() {
    reload("?function=x", function -> new Reloader.UnknownFunction("There is no function 'x'"))
        .then()
        .statusCode(404)
        .body("message", equalTo("There is no function 'x'"));
  }

  @Test
  void invalid_settings_are_a_conflict_with_all_problems() {
    reload(
            "",
            function ->
                new Reloader.Refused(
                    List.of("rapid.yaml:3:5: there is no option 'x'", "rapid.yaml:4:1: no")))
        .then()
        .statusCode(409)
        .body(
            "problems",
            equalTo(List.of("rapid.yaml:3:5: there is no option 'x'", "rapid.yaml:4:1: no")));
  }

  @Test
  void a_reload_is_a_post() {
    get("/_rapid/reload").then().statusCode(405).header("Allow", "POST");
  }

  // ---------------------------------------------------------------- the announced end

  @Test
  void after_the_end_is_announced_it_is_never_ready() {
    sandbox.entered(Phase.Serving.IDLE);

    given().post(url("/_rapid/drain")).then().statusCode(200).body("status", equalTo("draining"));

    get("/_rapid/ready")
        .then()
        .statusCode(503)
        .body("", equalTo(Map.of("status", "draining", "phase", "Ready")));
    get("/_rapid/live").then().statusCode(200);
  }

  @Test
  void an_announcement_of_the_end_is_a_post() {
    get("/_rapid/drain").then().statusCode(405).header("Allow", "POST");
    sandbox.entered(Phase.Serving.IDLE);
    get("/_rapid/ready").then().statusCode(200);
  }

  private Response get(String path) {
    return given().urlEncodingEnabled(false).get(url(path));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + listener.address().getPort() + path;
  }
}
