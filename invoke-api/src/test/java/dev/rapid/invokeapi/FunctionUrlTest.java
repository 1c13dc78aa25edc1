package dev.rapid.invokeapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to the function's URL, from the wire to the function and back (contract, section 5). */
final class FunctionUrlTest extends InvokeApiTest {

  private static final String URL = "/lambda-url/echo";
  private static final UrlSettings STREAMED = new UrlSettings(true, false, null);
  private static final String PRELUDE_TYPE =
      "Content-Type: application/vnd.awslambda.http-integration-response";
  private static final byte[] DELIMITER = new byte[8];

  private final CountDownLatch release = new CountDownLatch(1);

  private void startStreamed(RuntimeScript script) {
    AtomicInteger lives = new AtomicInteger();
    start(
        Emulator.emulator()
            .url(STREAMED)
            .runtime(runtime -> {
              if (lives.getAndIncrement() == 0) {
                script.run(runtime);
              }
              RuntimeScript.ECHO.run(runtime);
            }));
  }

  private void startReturning(String result) {
    start(runtime -> {
      while (true) {
        runtime.respond(runtime.next(), result, "Content-Type: application/json");
      }
    });
  }

  private WireAnswer get(String target, String... headers) {
    return emulator().connect().get(target, headers);
  }

  private JsonNode event() {
    return json(emulator().onlyEvent().text());
  }

  // ------------------------------------------------------------------ routing

  @ParameterizedTest
  @ValueSource(strings = {"echo", "function", "echo:$LATEST"})
  void the_path_names_the_function(String name) {
    start(RuntimeScript.ECHO);

    assertThat(get("/lambda-url/" + name + "/a/b").status()).isEqualTo(200);

    assertThat(event().path("rawPath").textValue()).isEqualTo("/a/b");
  }

  @Test
  void the_id_that_events_carry_is_a_name_too() {
    start(RuntimeScript.ECHO);
    get(URL + "/");
    String id = event().path("requestContext").path("apiId").textValue();

    assertThat(get("/lambda-url/" + id + "/").status()).isEqualTo(200);
  }

  @Test
  void the_host_names_the_function() {
    start(RuntimeScript.ECHO);
    WireClient client = emulator().connect();

    client.send("GET /a HTTP/1.1\r\nHost: echo.lambda-url.eu-west-1.localhost:80\r\n\r\n");

    assertThat(client.receive().status()).isEqualTo(200);
    assertThat(event().path("rawPath").textValue()).isEqualTo("/a");
  }

  @Test
  void a_url_that_nobody_has_is_forbidden() {
    start(RuntimeScript.ECHO);

    WireAnswer answer = get("/lambda-url/other/");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("AccessDeniedException");
    assertThat(answer.text()).isEqualTo("{\"Message\":null}");
  }

  @Test
  void at_a_port_of_its_own_every_path_is_the_urls() throws Exception {
    start(RuntimeScript.ECHO);
    try (var url = emulator().listener(emulator().invokeApi().urlHandler());
        WireClient client = WireClient.connect(url.address())) {
      assertThat(client.get("/2015-03-31/functions/echo/invocations").status()).isEqualTo(200);
    }
    assertThat(event().path("rawPath").textValue())
        .isEqualTo("/2015-03-31/functions/echo/invocations");
  }

  // ------------------------------------------------------------------ the event

  @Test
  void the_request_becomes_an_event() {
    start(RuntimeScript.ECHO);

    WireAnswer answer =
        emulator()
            .connect()
            .post(
                URL + "/p%20q?x=1&x=2",
                "{\"a\":1}",
                "Content-Type: application/json",
                "Cookie: a=1; b=2",
                "X-Name: J\u00c3\u00bcrg");

    JsonNode event = event();
    assertThat(event.path("version").textValue()).isEqualTo("2.0");
    assertThat(event.path("rawPath").textValue()).isEqualTo("/p%20q");
    assertThat(event.path("rawQueryString").textValue()).isEqualTo("x=1&x=2");
    assertThat(event.path("cookies").toString()).isEqualTo("[\"a=1\",\"b=2\"]");
    assertThat(event.path("headers").path("x-name").textValue()).isEqualTo("J\u00fcrg");
    assertThat(event.path("body").textValue()).isEqualTo("{\"a\":1}");
    assertThat(event.path("isBase64Encoded").booleanValue()).isFalse();
    assertThat(event.path("requestContext").path("http").path("method").textValue())
        .isEqualTo("POST");
    assertThat(event.path("requestContext").path("requestId").textValue())
        .isEqualTo(answer.header("x-amzn-RequestId"));
  }

  @Test
  void binary_data_is_in_base64() {
    start(RuntimeScript.ECHO);
    byte[] data = {0, 1, 2, (byte) 0xff};

    emulator().connect().post(URL + "/", data, "Content-Type: application/octet-stream");

    assertThat(event().path("body").textValue())
        .isEqualTo(Base64.getEncoder().encodeToString(data));
    assertThat(event().path("isBase64Encoded").booleanValue()).isTrue();
  }

  @Test
  void a_request_that_makes_too_large_an_event_is_refused() {
    start(RuntimeScript.ECHO);

    WireAnswer answer = emulator().connect().post(URL + "/", new byte[5 * 1024 * 1024]);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("RequestEntityTooLargeException");
    assertThat(emulator().seen()).isEmpty();
  }

  // ------------------------------------------------------------------ buffered

  @Test
  void an_explicit_result_is_status_headers_cookies_and_body() {
    startReturning(
        "{\"statusCode\":418,\"headers\":{\"X-Made-By\":\"me\",\"Content-Length\":\"99\"},"
            + "\"cookies\":[\"a=1\",\"b=2\"],\"body\":\"hello\"}");

    WireAnswer answer = get(URL + "/");

    assertThat(answer.status()).isEqualTo(418);
    assertThat(answer.header("x-made-by")).isEqualTo("me");
    assertThat(answer.headers("set-cookie")).containsExactly("a=1", "b=2");
    assertThat(answer.text()).isEqualTo("hello");
    assertThat(answer.header("Content-Length")).isEqualTo("5");
    assertThat(answer.header("X-Amzn-Trace-Id")).startsWith("Root=");
  }

  @Test
  void any_other_result_is_json() {
    startReturning("{ \"hello\" : \"world\" }");

    WireAnswer answer = get(URL + "/");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"hello\":\"world\"}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void a_result_that_is_no_response_is_502() {
    startReturning("{\"statusCode\":99}");

    WireAnswer answer = get(URL + "/");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).isEqualTo("Internal Server Error");
  }

  @Test
  void a_function_that_fails_is_502() {
    start(runtime -> {
      runtime.fail(runtime.next(), "{}", "Lambda-Runtime-Function-Error-Type: Function.Boom");
      runtime.next();
    });

    assertThat(get(URL + "/").status()).isEqualTo(502);
  }

  @Test
  void head_has_the_headers_of_the_result_and_no_body() {
    startReturning("{\"statusCode\":200,\"body\":\"hello\"}");
    WireClient client = emulator().connect();

    client.sendHead("HEAD", URL + "/");

    assertThat(client.receiveHead().status()).isEqualTo(200);
    assertThat(client.get(URL + "/").text()).isEqualTo("hello");
  }

  // ------------------------------------------------------------------ streamed

  @Test
  void the_prelude_is_the_head_and_the_rest_is_streamed() {
    startStreamed(runtime -> {
      RuntimeClient.Streaming response =
          runtime.stream(runtime.next(), PRELUDE_TYPE)
              .write("{\"statusCode\":206,\"headers\":{\"x-a\":\"b\"},")
              .write("\"cookies\":[\"a=1\"]}")
              .write(new byte[3])
              .write(new byte[5])
              .write("first");
      release.await();
      response.write("second").end();
    });
    WireClient client = emulator().connect();
    client.sendHead("GET", URL + "/");

    WireAnswer head = client.receiveHead();

    assertThat(head.status()).isEqualTo(206);
    assertThat(head.header("x-a")).isEqualTo("b");
    assertThat(head.header("set-cookie")).isEqualTo("a=1");
    assertThat(client.receiveChunk()).asString(UTF_8).isEqualTo("first");
    release.countDown();
    assertThat(client.receiveChunk()).asString(UTF_8).isEqualTo("second");
    assertThat(client.receiveChunk()).isEmpty();
    assertThat(client.get(URL + "/").status()).isEqualTo(200);
  }

  @Test
  void prelude_and_body_may_come_in_one_piece() {
    byte[] all = "{\"statusCode\":201}\0\0\0\0\0\0\0\0body".getBytes(UTF_8);
    startStreamed(runtime -> runtime.stream(runtime.next(), PRELUDE_TYPE).write(all).end());

    WireAnswer answer = get(URL + "/");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.text()).isEqualTo("body");
  }

  @Test
  void without_a_prelude_the_stream_is_the_body() {
    startStreamed(runtime ->
        runtime.stream(runtime.next(), "Content-Type: text/css").write("{\"statusCode\":9}").end());

    WireAnswer answer = get(URL + "/");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("text/css");
    assertThat(answer.text()).isEqualTo("{\"statusCode\":9}");
  }

  @Test
  void an_empty_stream_is_an_empty_answer() {
    startStreamed(runtime -> runtime.stream(runtime.next()).end());

    WireAnswer answer = get(URL + "/");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"statusCode\":200}", "", "no json\0\0\0\0\0\0\0\0x"})
  void a_prelude_that_is_none_is_502(String stream) {
    startStreamed(runtime -> {
      RuntimeClient.Streaming response = runtime.stream(runtime.next(), PRELUDE_TYPE);
      if (!stream.isEmpty()) {
        response.write(stream);
      }
      response.end();
    });

    assertThat(get(URL + "/").status()).isEqualTo(502);
  }

  @Test
  void a_status_without_a_body_has_none() {
    byte[] prelude = "{\"statusCode\":204}".getBytes(UTF_8);
    startStreamed(runtime ->
        runtime.stream(runtime.next(), PRELUDE_TYPE)
            .write(prelude)
            .write(DELIMITER)
            .write("body")
            .end());
    WireClient client = emulator().connect();

    assertThat(client.get(URL + "/").status()).isEqualTo(204);
    assertThat(client.get(URL + "/").status()).isEqualTo(200);
  }

  @Test
  void head_of_a_stream_has_no_body() {
    startStreamed(runtime -> runtime.stream(runtime.next()).write("body").end());
    WireClient client = emulator().connect();
    client.sendHead("HEAD", URL + "/");

    assertThat(client.receiveHead().status()).isEqualTo(200);
    assertThat(client.get(URL + "/").status()).isEqualTo(200);
  }

  @Test
  void an_error_in_mid_stream_is_a_connection_without_an_end() {
    startStreamed(runtime ->
        runtime.stream(runtime.next())
            .write("part")
            .end("Lambda-Runtime-Function-Error-Type: Function.Boom"));
    WireClient client = emulator().connect();
    client.sendHead("GET", URL + "/");

    assertThat(client.receiveHead().status()).isEqualTo(200);
    assertThat(client.receiveChunk()).asString(UTF_8).isEqualTo("part");
    client.expectClosed();
  }

  @Test
  void an_error_before_the_first_byte_is_502() {
    startStreamed(runtime ->
        runtime.fail(runtime.next(), "{}", "Lambda-Runtime-Function-Error-Type: Function.Boom"));

    assertThat(get(URL + "/").status()).isEqualTo(502);
  }

  // ------------------------------------------------------------------ who may call

  @Test
  void a_preflight_is_answered_without_the_function() {
    start(Emulator.emulator().url(new UrlSettings(false, false, cors())));
    WireClient client = emulator().connect();
    client.sendHead("OPTIONS", URL + "/", "Origin: http://a", "Access-Control-Request-Method: GET");

    WireAnswer answer = client.receive();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("access-control-allow-origin")).isEqualTo("http://a");
    assertThat(emulator().seen()).isEmpty();
  }

  @Test
  void other_requests_of_an_allowed_origin_get_the_headers_of_the_settings() {
    start(Emulator.emulator().url(new UrlSettings(false, false, cors())));

    assertThat(get(URL + "/", "Origin: http://a").header("access-control-allow-origin"))
        .isEqualTo("http://a");
    assertThat(get(URL + "/", "Origin: http://b").header("access-control-allow-origin")).isNull();
  }

  private static CorsSettings cors() {
    return new CorsSettings(List.of("http://a"), List.of("GET"), List.of(), List.of(), null, false);
  }

  @Test
  void with_aws_iam_an_unsigned_request_is_forbidden_and_any_signature_counts() {
    start(Emulator.emulator().url(new UrlSettings(false, true, null)));

    assertThat(get(URL + "/").status()).isEqualTo(403);
    assertThat(
            get(
                    URL + "/",
                    "Authorization: AWS4-HMAC-SHA256"
                        + " Credential=AKID/20260101/r/lambda/aws4_request, SignedHeaders=host,"
                        + " Signature=0")
                .status())
        .isEqualTo(200);
    assertThat(
            event()
                .path("requestContext")
                .path("authorizer")
                .path("iam")
                .path("accessKey")
                .textValue())
        .isEqualTo("AKID");
  }
}
