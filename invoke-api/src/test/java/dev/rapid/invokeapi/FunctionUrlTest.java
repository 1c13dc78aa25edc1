package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.invokeapi.Emulator.URL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import dev.rapid.invokeapi.url.CorsSettings;
import dev.rapid.invokeapi.url.UrlAddress;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.invokeapi.url.WebPages;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Function URLs over real connections (contract invoke-api, section 5). */
final class FunctionUrlTest extends InvokeApiTest {

  private static final String ORIGIN = "https://www.example.com";
  private static final String PRELUDE_TYPE =
      "Content-Type: application/vnd.awslambda.http-integration-response";
  private static final String ZEROS = "\0".repeat(8);
  private static final String URL_ID =
      UrlAddress.idOf(new FunctionIdentity("echo", "us-east-1", "000000000000", "$LATEST"), null);
  private static final UrlSettings STREAMING = new UrlSettings(true, false, null, null);
  private static final CorsSettings CORS =
      new CorsSettings(
          List.of(ORIGIN), List.of("GET"), List.of("x-one"), List.of("x-two"), 60, false);

  /** What the runtime waits for in mid-stream. */
  private final Semaphore permits = new Semaphore(0);

  private static RuntimeScript returning(String result, String... headers) {
    return runtime -> {
      while (true) {
        runtime.respond(runtime.next(), result, headers);
      }
    };
  }

  private WireAnswer get(String path, String... headers) {
    return emulator().connect().get(path, headers);
  }

  private JsonNode onlyEvent() {
    return json(emulator().onlyEvent().text());
  }

  private static void assertFailed(WireAnswer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(502);
    assertThat(answer.text()).isEqualTo("Internal Server Error");
    assertThat(answer.header("x-amzn-RequestId")).isNotNull();
  }

  // ------------------------------------------------------------------ the wire

  @ParameterizedTest
  @ValueSource(strings = {"/pa2%Fth/1", "/%", "/a%zz", "//a/../b;c", "/a\"<>^`{|}"})
  void a_path_reaches_the_function_as_it_was_sent(String path) {
    start(returning("{}"));

    assertThat(get(URL + path).status()).isEqualTo(200);
    assertThat(onlyEvent().path("rawPath").asText()).isEqualTo(path);
  }

  @Test
  void a_query_reaches_the_function_as_it_was_sent() {
    start(returning("{}"));

    assertThat(get(URL + "/?discount=100%&a=%zz").status()).isEqualTo(200);
    assertThat(onlyEvent().path("rawQueryString").asText()).isEqualTo("discount=100%&a=%zz");
  }

  @Test
  void raw_utf_8_in_the_target_reaches_the_function_as_utf_8() {
    start(returning("{}"));
    WireClient client = emulator().connect();

    client.send(("GET " + URL + "/\u00e9?q=\u20ac HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(UTF_8));

    assertThat(client.receive().status()).isEqualTo(200);
    assertThat(onlyEvent().path("rawPath").asText()).isEqualTo("/\u00e9");
    assertThat(onlyEvent().path("queryStringParameters").path("q").asText()).isEqualTo("\u20ac");
  }

  @Test
  void more_than_1000_parameters_and_200_headers_reach_the_function() {
    start(returning("{}"));
    StringBuilder query = new StringBuilder("?");
    for (int i = 0; i < 1500; i++) {
      query.append("p").append(i).append("=1&");
    }
    String[] headers = new String[300];
    for (int i = 0; i < headers.length; i++) {
      headers[i] = "X-" + i + ": 1";
    }

    assertThat(get(URL + "/" + query, headers).status()).isEqualTo(200);
    assertThat(onlyEvent().path("queryStringParameters").size()).isEqualTo(1500);
    assertThat(onlyEvent().path("headers").size()).isGreaterThan(300);
  }

  @Test
  void a_head_above_64_kib_is_431() {
    WireAnswer answer = get(URL + "/", "X: " + "x".repeat(65_536));

    assertThat(answer.status()).isEqualTo(431);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(json(answer.text()).path("Message").asText()).contains("65536 bytes");
  }

  private void assertTooLarge(WireAnswer answer) {
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("RequestEntityTooLargeException");
    assertThat(answer.header("Connection")).isEqualTo("close");
    emulator().expectNotInvoked();
  }

  @Test
  void a_body_of_9_5_mb_is_refused_however_much_of_it_the_caller_sends() {
    WireClient client = emulator().connect();

    assertTooLarge(client.sendRequest("POST", URL + "/", new byte[9_500_000]).receive());

    client.expectClosed();
  }

  @Test
  void a_body_of_9_5_mb_is_not_asked_for_with_100() {
    WireClient client = emulator().connect();

    client.sendHead("POST", URL + "/", "Content-Length: 9500000", "Expect: 100-continue");

    assertTooLarge(client.receive());
    client.expectClosed();
  }

  @Test
  void malformed_chunks_are_refused_and_nothing_is_invoked() {
    WireClient client = emulator().connect();
    client.sendHead("POST", URL + "/", "Transfer-Encoding: chunked").send("2\r\nab\r\nzz\r\n\r\n");

    WireAnswer answer = client.receive();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(json(answer.text()).path("Message").asText()).contains("malformed");
    emulator().expectNotInvoked();
  }

  // ------------------------------------------------------------------ routing

  @ParameterizedTest
  @ValueSource(strings = {"/lambda-url/echo", "/lambda-url/echo/", "/lambda-url/echo:$LATEST/"})
  void a_path_prefix_leads_to_the_function_which_does_not_see_it(String path) {
    start(returning("{}"));

    assertThat(get(path).status()).isEqualTo(200);
    assertThat(onlyEvent().path("rawPath").asText()).isEqualTo("/");
  }

  @Test
  void the_id_of_the_url_leads_to_the_function() {
    start(returning("{}"));

    assertThat(get("/lambda-url/" + URL_ID + "/x").status()).isEqualTo(200);
    assertThat(onlyEvent().path("requestContext").path("apiId").asText()).isEqualTo(URL_ID);
  }

  @Test
  void a_host_leads_to_the_function_whatever_its_case() {
    start(returning("{}"));
    String host = URL_ID + ".Lambda-URL.us-east-1.on.aws:8080";
    WireClient client = emulator().connect();

    WireAnswer answer = client.send("GET /a/b HTTP/1.1\r\nHost: " + host + "\r\n\r\n").receive();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(onlyEvent().path("rawPath").asText()).isEqualTo("/a/b");
    assertThat(onlyEvent().path("requestContext").path("domainName").asText()).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/lambda-url/nope/", "/lambda-url/echo:PROD/"})
  void an_unknown_url_is_forbidden(String path) {
    WireAnswer answer = get(path);

    assertRefused(answer, 403, "AccessDeniedException", "{\"Message\":null}");
    emulator().expectNotInvoked();
  }

  // ------------------------------------------------------------------ the event

  @Test
  void the_event_tells_of_the_request() {
    start(returning("{}"));

    WireAnswer answer =
        get(URL + "/a%20b?x=1&x=2&y=", "Cookie: a=1; b=2", "X-T: 1", "X-T: 1", "User-Agent: me");

    JsonNode event = onlyEvent();
    assertThat(event.path("version").asText()).isEqualTo("2.0");
    assertThat(event.path("rawPath").asText()).isEqualTo("/a%20b");
    assertThat(event.path("rawQueryString").asText()).isEqualTo("x=1&x=2&y=");
    assertThat(event.path("queryStringParameters")).isEqualTo(json("{\"x\":\"1,2\",\"y\":\"\"}"));
    assertThat(event.path("cookies")).isEqualTo(json("[\"a=1\",\"b=2\"]"));
    assertThat(event.path("headers").path("x-t").asText()).isEqualTo("1,1");
    assertThat(event.path("headers").path("cookie").asText()).isEqualTo("a=1; b=2");
    assertThat(event.has("body")).isFalse();
    assertThat(event.path("isBase64Encoded").asBoolean(true)).isFalse();
    JsonNode context = event.path("requestContext");
    assertThat(context.path("http").path("method").asText()).isEqualTo("GET");
    assertThat(context.path("http").path("path").asText()).isEqualTo("/a b");
    assertThat(context.path("http").path("sourceIp").asText()).isEqualTo("127.0.0.1");
    assertThat(context.path("http").path("userAgent").asText()).isEqualTo("me");
    assertThat(context.path("accountId").asText()).isEqualTo("anonymous");
    assertThat(context.path("requestId").asText())
        .isEqualTo(answer.header("x-amzn-RequestId"))
        .isEqualTo(emulator().onlyEvent().requestId());
  }

  @Test
  void a_text_body_arrives_as_it_is() {
    start(returning("{}"));

    emulator().connect().post(URL, "tëxt", "Content-Type: text/plain");

    assertThat(onlyEvent().path("body").asText()).isEqualTo("tëxt");
    assertThat(onlyEvent().path("isBase64Encoded").asBoolean(true)).isFalse();
  }

  @Test
  void a_binary_body_arrives_in_base64() {
    start(returning("{}"));
    byte[] body = {0, (byte) 0xff, 3};

    emulator().connect().post(URL, body, "Content-Type: application/octet-stream");

    assertThat(Base64.getDecoder().decode(onlyEvent().path("body").asText())).isEqualTo(body);
    assertThat(onlyEvent().path("isBase64Encoded").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {6 * 1024 * 1024 + 1, 5 * 1024 * 1024})
  void an_event_that_would_be_too_large_is_refused(int length) {
    WireAnswer answer = emulator().connect().post(URL, new byte[length]);

    assertRefused(
        answer,
        413,
        "RequestEntityTooLargeException",
        "{\"Message\":\"Request must be smaller than 6291456 bytes for the InvokeFunction"
            + " operation\"}");
    emulator().expectNotInvoked();
  }

  // ------------------------------------------------------------------ BUFFERED

  @Test
  void a_result_without_a_status_is_the_body() {
    start(returning("{\"hello\": \"world\"}"));

    WireAnswer answer = get(URL);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"hello\":\"world\"}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Content-Length")).isEqualTo("17");
  }

  @Test
  void an_explicit_result_decides_on_everything() {
    start(
        returning(
            """
            {"statusCode":201,"headers":{"Content-Type":"text/x","X-Own":"1","Connection":"close"},
            "cookies":["a=1","b=2; Path=/"],"body":"aGVsbG8=","isBase64Encoded":true}\
            """));
    WireClient client = emulator().connect();

    WireAnswer answer = client.get(URL);

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text()).isEqualTo("hello");
    assertThat(answer.header("content-type")).isEqualTo("text/x");
    assertThat(answer.header("Connection")).isEqualTo("keep-alive");
    assertThat(answer.headerLines()).contains("x-own: 1");
    assertThat(answer.headers("set-cookie")).containsExactly("a=1", "b=2; Path=/");
    assertThat(answer.header("X-Amzn-Trace-Id")).startsWith("Root=1-");
    assertThat(client.get(URL).status()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"statusCode\":700}",
        "{\"statusCode\":\"x\"}",
        "{\"statusCode\":200,\"isBase64Encoded\":1}",
        "{\"statusCode\":200,\"headers\":{\"a\":\"b\\r\\nc: d\"}}"
      })
  void a_result_that_is_no_response_is_a_failure(String result) {
    start(returning(result));

    assertFailed(get(URL));
  }

  @Test
  void a_handler_error_is_a_failure() {
    start(runtime -> {
      runtime.fail(runtime.next(), "{\"errorMessage\":\"secret\"}");
      runtime.next();
    });

    assertFailed(get(URL));
  }

  @Test
  void a_runtime_that_exits_is_a_failure() {
    start(RuntimeClient::next);

    assertFailed(get(URL));
  }

  @Test
  void a_timeout_is_a_failure() {
    start(
        Emulator.emulator()
            .functionTimeout(Duration.ofMillis(60))
            .runtime(runtime -> {
              runtime.next();
              new Semaphore(0).acquire();
            }));

    assertFailed(get(URL));
  }

  @Test
  void a_head_request_gets_the_headers_only() {
    start(returning("{\"statusCode\":200,\"body\":\"hello\"}"));
    WireClient client = emulator().connect();

    assertThat(client.sendHead("HEAD", URL).receiveHead().status()).isEqualTo(200);
    assertThat(client.get(URL).text()).isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void a_status_without_a_body_has_none(int status) {
    start(returning("{\"statusCode\":" + status + ",\"body\":\"hello\"}"));
    WireClient client = emulator().connect();

    assertThat(client.get(URL).status()).isEqualTo(status);
    assertThat(client.get(URL).status()).isEqualTo(status);
  }

  // ------------------------------------------------------------------ RESPONSE_STREAM

  private void startStreaming(RuntimeScript script) {
    start(Emulator.emulator().url(STREAMING).runtime(script));
  }

  /** Streams once, and then returns {@code next}. */
  private void startStreamingOnce(RuntimeScript script) {
    AtomicInteger lives = new AtomicInteger();
    startStreaming(runtime -> {
      if (lives.getAndIncrement() == 0) {
        script.run(runtime);
      }
      returning("next").run(runtime);
    });
  }

  private void assertNextRequestWorks(WireClient client) {
    assertThat(client.get(URL).text()).isEqualTo("next");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void a_prelude_is_found_however_it_is_split(int step) {
    String response =
        "{\"statusCode\":206,\"headers\":{\"content-type\":\"text/x\",\"x-own\":\"1\"},"
            + "\"cookies\":[\"a=1\",\"b=2\"]}"
            + ZEROS
            + "Hello";
    startStreamingOnce(runtime -> {
      RuntimeClient.Stream stream = runtime.stream(runtime.next(), PRELUDE_TYPE);
      for (int at = 0; at < response.length(); at += step) {
        stream.write(response.substring(at, Math.min(response.length(), at + step)));
      }
      stream.end();
    });
    WireClient client = emulator().connect();

    WireAnswer answer = client.get(URL);

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.text()).isEqualTo("Hello");
    assertThat(answer.header("content-type")).isEqualTo("text/x");
    assertThat(answer.header("x-own")).isEqualTo("1");
    assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(answer.headers("set-cookie")).containsExactly("a=1", "b=2");
    assertNextRequestWorks(client);
  }

  @Test
  void bytes_arrive_while_the_function_sends_them() {
    startStreamingOnce(runtime -> {
      RuntimeClient.Stream stream = runtime.stream(runtime.next(), "Content-Type: text/x");
      stream.write("first");
      permits.acquire();
      stream.write("second").end();
    });
    WireClient client = emulator().connect().sendHead("GET", URL);

    assertThat(client.receiveHead().header("content-type")).isEqualTo("text/x");
    assertThat(new String(client.receiveChunk(), UTF_8)).isEqualTo("first");
    permits.release();
    assertThat(new String(client.receiveChunk(), UTF_8)).isEqualTo("second");
    assertThat(client.receiveChunk()).isEmpty();
    assertNextRequestWorks(client);
  }

  @Test
  void a_buffered_result_is_the_body_even_with_a_status() {
    startStreaming(returning("{\"statusCode\": 201}"));

    WireAnswer answer = get(URL);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"statusCode\": 201}");
  }

  @Test
  void an_empty_stream_is_an_empty_body() {
    startStreamingOnce(runtime -> runtime.stream(runtime.next()).end());
    WireClient client = emulator().connect();

    WireAnswer answer = client.get(URL);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).isEqualTo("application/octet-stream");
    assertThat(answer.body()).isEmpty();
    assertNextRequestWorks(client);
  }

  @Test
  void a_prelude_alone_is_an_empty_body() {
    startStreamingOnce(runtime ->
        runtime.stream(runtime.next(), PRELUDE_TYPE).write("{\"statusCode\":404}" + ZEROS).end());
    WireClient client = emulator().connect();

    WireAnswer answer = client.get(URL);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEmpty();
    assertNextRequestWorks(client);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"statusCode\":200}",
        "{\"statusCode\":200}\0\0\0\0x",
        "{\"statusCode\":99}\0\0\0\0\0\0\0\0x",
        "not json\0\0\0\0\0\0\0\0x"
      })
  void a_broken_or_missing_prelude_is_a_failure(String response) {
    startStreamingOnce(runtime -> {
      RuntimeClient.Stream stream = runtime.stream(runtime.next(), PRELUDE_TYPE);
      if (!response.isEmpty()) {
        stream.write(response);
      }
      stream.end();
    });
    WireClient client = emulator().connect();

    assertFailed(client.get(URL));
    assertNextRequestWorks(client);
  }

  @Test
  void an_error_before_the_first_byte_is_a_failure() {
    startStreamingOnce(runtime -> runtime.fail(runtime.next(), "{}"));
    WireClient client = emulator().connect();

    assertFailed(client.get(URL));
    assertNextRequestWorks(client);
  }

  @Test
  void an_error_in_mid_stream_ends_the_connection_without_the_last_chunk() {
    startStreamingOnce(runtime -> {
      RuntimeClient.Stream stream =
          runtime.stream(runtime.next(), "Trailer: Lambda-Runtime-Function-Error-Type")
              .write("abc");
      permits.acquire();
      stream.end("Lambda-Runtime-Function-Error-Type: Runtime.Boom");
    });
    WireClient client = emulator().connect().sendHead("GET", URL);
    assertThat(client.receiveHead().status()).isEqualTo(200);
    assertThat(new String(client.receiveChunk(), UTF_8)).isEqualTo("abc");

    permits.release();

    client.expectClosed();
    assertNextRequestWorks(emulator().connect());
  }

  @Test
  void a_response_that_is_longer_than_allowed_ends_without_the_last_chunk() {
    AtomicInteger lives = new AtomicInteger();
    start(
        Emulator.emulator()
            .url(STREAMING)
            .maxStreamedBytes(2)
            .runtime(runtime -> {
              if (lives.getAndIncrement() == 0) {
                runtime.stream(runtime.next()).write("abc").end();
              }
              RuntimeScript.ECHO.run(runtime);
            }));
    WireClient client = emulator().connect().sendHead("GET", URL);
    assertThat(client.receiveHead().status()).isEqualTo(200);

    assertThat(new String(client.receiveChunk(), UTF_8)).isEqualTo("ab");

    client.expectClosed();
  }

  @Test
  void a_runtime_that_exits_in_mid_stream_ends_the_connection_without_the_last_chunk() {
    startStreamingOnce(runtime -> {
      runtime.stream(runtime.next()).write("abc");
      permits.acquire();
      throw RuntimeScript.Exit.status(1);
    });
    WireClient client = emulator().connect().sendHead("GET", URL);
    client.receiveHead();
    assertThat(new String(client.receiveChunk(), UTF_8)).isEqualTo("abc");

    permits.release();

    client.expectClosed();
    assertNextRequestWorks(emulator().connect());
  }

  @Test
  void a_streamed_answer_to_a_head_request_has_no_body() {
    startStreamingOnce(runtime -> runtime.stream(runtime.next()).write("abc").end());
    WireClient client = emulator().connect();

    assertThat(client.sendHead("HEAD", URL).receiveHead().status()).isEqualTo(200);
    assertNextRequestWorks(client);
  }

  @Test
  void a_streamed_status_without_a_body_has_none() {
    startStreamingOnce(runtime ->
        runtime.stream(runtime.next(), PRELUDE_TYPE)
            .write("{\"statusCode\":204}" + ZEROS + "abc")
            .end());
    WireClient client = emulator().connect();

    assertThat(client.get(URL).status()).isEqualTo(204);
    assertNextRequestWorks(client);
  }

  @Test
  void a_client_that_goes_does_not_disturb_the_function() {
    Semaphore done = new Semaphore(0);
    startStreamingOnce(runtime -> {
      RuntimeClient.Stream stream = runtime.stream(runtime.next()).write("a");
      permits.acquire();
      for (int i = 0; i < 64; i++) {
        stream.write(new byte[256 * 1024]);
      }
      assertThat(stream.end().status()).isEqualTo(202);
      done.release();
    });
    WireClient client = emulator().connect().sendHead("GET", URL);
    client.receiveHead();

    client.reset();
    permits.release();

    eventually(done::tryAcquire);
    assertNextRequestWorks(emulator().connect());
    assertThat(emulator().starts()).hasSize(1);
  }

  @Test
  void a_streaming_function_behind_a_buffered_url_is_collected() {
    start(runtime -> {
      runtime.stream(runtime.next(), PRELUDE_TYPE)
          .write("{\"statusCode\":206,\"headers\":{\"x-own\":\"1\"}}" + ZEROS)
          .write("abc")
          .end();
      runtime.next();
    });

    WireAnswer answer = get(URL);

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.header("x-own")).isEqualTo("1");
    assertThat(answer.text()).isEqualTo("abc");
  }

  // ------------------------------------------------------------------ CORS and IAM

  private void startWithCors() {
    start(
        Emulator.emulator()
            .url(new UrlSettings(false, false, null, CORS))
            .runtime(returning("{}")));
  }

  private WireAnswer preflight(String origin) {
    return emulator()
        .connect()
        .sendHead("OPTIONS", URL, "Origin: " + origin, "Access-Control-Request-Method: GET")
        .receive();
  }

  @Test
  void an_allowed_preflight_is_answered_without_the_function() {
    startWithCors();

    WireAnswer answer = preflight(ORIGIN);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("access-control-allow-origin")).isEqualTo(ORIGIN);
    assertThat(answer.header("access-control-allow-methods")).isEqualTo("GET");
    assertThat(answer.header("access-control-allow-headers")).isEqualTo("x-one");
    assertThat(answer.header("access-control-max-age")).isEqualTo("60");
    assertThat(answer.header("vary")).isEqualTo("Origin");
    emulator().expectNotInvoked();
  }

  @Test
  void a_foreign_preflight_is_answered_without_the_function_and_without_permission() {
    startWithCors();

    WireAnswer answer = preflight("https://evil.example");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headerLines()).noneMatch(line -> line.startsWith("access-control-"));
    emulator().expectNotInvoked();
  }

  @Test
  void options_without_an_origin_are_the_functions_affair() {
    startWithCors();

    WireAnswer answer = emulator().connect().sendHead("OPTIONS", URL).receive();

    assertThat(answer.text()).isEqualTo("{}");
    assertThat(answer.headerLines()).noneMatch(line -> line.startsWith("access-control-"));
    assertThat(emulator().seen()).hasSize(1);
  }

  @Test
  void the_answer_to_an_allowed_origin_says_so() {
    startWithCors();

    WireAnswer answer = get(URL, "Origin: " + ORIGIN);

    assertThat(answer.header("access-control-allow-origin")).isEqualTo(ORIGIN);
    assertThat(answer.header("access-control-expose-headers")).isEqualTo("x-two");
    assertThat(get(URL).headerLines()).noneMatch(line -> line.startsWith("access-control-"));
  }

  @Test
  void a_streamed_answer_to_an_allowed_origin_says_so() {
    start(
        Emulator.emulator().url(new UrlSettings(true, false, null, CORS)).runtime(returning("x")));

    assertThat(get(URL, "Origin: " + ORIGIN).header("access-control-allow-origin"))
        .isEqualTo(ORIGIN);
  }

  @Test
  void pages_of_other_origins_do_not_run_the_function() {
    start(returning("{}"));

    assertRefused(get(URL, "Origin: https://evil.example"), 403, "AccessDeniedException");
    assertRefused(get(URL, "Sec-Fetch-Site: cross-site"), 403, "AccessDeniedException");
    assertThat(preflight("https://evil.example").status()).isEqualTo(403);
    emulator().expectNotInvoked();
  }

  @Test
  void pages_of_other_origins_than_those_of_the_settings_do_not_run_the_function() {
    startWithCors();

    assertRefused(get(URL, "Origin: https://evil.example"), 403, "AccessDeniedException");
    emulator().expectNotInvoked();
  }

  @Test
  void pages_of_this_machine_reach_a_function_that_answers_cors_itself() {
    start(returning("{}"));

    assertThat(get(URL, "Origin: http://localhost:3000").status()).isEqualTo(200);
    assertThat(preflight("http://localhost:3000").text()).isEqualTo("{}");
    assertThat(emulator().seen()).hasSize(2);
  }

  @Test
  void pages_of_an_allowed_origin_reach_the_function_without_cors() {
    start(Emulator.emulator().pages(new WebPages(null, List.of(ORIGIN))).runtime(returning("{}")));

    WireAnswer answer = get(URL, "Origin: " + ORIGIN);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headerLines()).noneMatch(line -> line.startsWith("access-control-"));
  }

  @Test
  void a_link_leads_to_the_function() {
    start(returning("{}"));

    WireAnswer answer =
        get(
            URL,
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Dest: document");

    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void a_url_for_signed_requests_refuses_others() {
    start(
        Emulator.emulator().url(new UrlSettings(false, true, null, null)).runtime(returning("{}")));

    WireAnswer answer = get(URL);

    assertRefused(answer, 403, "AccessDeniedException");
    assertThat(messageOf(answer)).startsWith("Forbidden. For troubleshooting Function URL");
    emulator().expectNotInvoked();
  }

  @Test
  void a_signed_request_tells_the_function_who_calls() {
    start(
        Emulator.emulator().url(new UrlSettings(false, true, null, null)).runtime(returning("{}")));

    WireAnswer answer =
        get(
            URL,
            "Authorization: AWS4-HMAC-SHA256"
                + " Credential=AKIDEXAMPLE/20260101/us-east-1/lambda/aws4_request,"
                + " SignedHeaders=host, Signature=00");

    assertThat(answer.status()).isEqualTo(200);
    JsonNode iam = onlyEvent().path("requestContext").path("authorizer").path("iam");
    assertThat(iam.path("accessKey").asText()).isEqualTo("AKIDEXAMPLE");
  }
}
