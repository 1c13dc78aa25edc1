package dev.rapid.invokeapi.url;

import static dev.rapid.invokeapi.url.UrlRequests.get;
import static dev.rapid.invokeapi.url.UrlRequests.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.lambda.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payload format 2.0 (contract invoke-api, section 5.2). */
final class UrlPayloadTest {

  private static final String URL_ID = "abcdefghijklmnopqrstuvwxyz012345";
  private static final String REQUEST_ID = "8f5076a0-1111-4222-8333-0123456789ab";
  private static final String ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793";
  private static final byte[] NOT_UTF_8 = "\u00fc".getBytes(ISO_8859_1);

  private static UrlContext context(@Nullable UrlCaller caller) {
    return new UrlContext(
        URL_ID,
        REQUEST_ID,
        ROOT + ";Parent=53995c3f42cd8ad8;Sampled=1",
        1_583_348_638_390L,
        caller);
  }

  private static JsonNode eventOf(UrlRequests request, @Nullable UrlCaller caller) {
    Payload event = Objects.requireNonNull(UrlPayload.of(request.build(), context(caller)));
    try {
      return new ObjectMapper().readTree(event.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode eventOf(UrlRequests request) {
    return eventOf(request, null);
  }

  private static JsonNode posted(@Nullable String contentType, byte[] body) {
    UrlRequests post = request("POST", "/").body(body);
    return eventOf(contentType == null ? post : post.header("Content-Type", contentType));
  }

  @Test
  void a_whole_event() {
    UrlRequests request =
        request("POST", "/my/path?parameter1=value1&parameter1=value2&parameter2=value")
            .header("Host", URL_ID + ".lambda-url.us-east-1.localhost:9000")
            .header("User-Agent", "curl/8")
            .header("Content-Type", "text/plain")
            .header("Content-Length", "17")
            .header("Connection", "keep-alive")
            .header("Cookie", "a=1; b=2")
            .body("Hello from client".getBytes(UTF_8));

    assertThat(eventOf(request))
        .hasToString(
            """
            {"version":"2.0",
            "routeKey":"$default",
            "rawPath":"/my/path",
            "rawQueryString":"parameter1=value1&parameter1=value2&parameter2=value",
            "cookies":["a=1","b=2"],
            "headers":{
            "host":"abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.localhost:9000",
            "user-agent":"curl/8",
            "content-type":"text/plain",
            "cookie":"a=1; b=2",
            "content-length":"17",
            "x-forwarded-for":"127.0.0.1",
            "x-forwarded-port":"9000",
            "x-forwarded-proto":"http",
            "x-amzn-trace-id":"Root=1-5759e988-bd862e3fe1be46a994272793"},
            "queryStringParameters":{"parameter1":"value1,value2","parameter2":"value"},
            "requestContext":{
            "accountId":"anonymous",
            "apiId":"abcdefghijklmnopqrstuvwxyz012345",
            "domainName":"abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.localhost:9000",
            "domainPrefix":"abcdefghijklmnopqrstuvwxyz012345",
            "http":{
            "method":"POST",
            "path":"/my/path",
            "protocol":"HTTP/1.1",
            "sourceIp":"127.0.0.1",
            "userAgent":"curl/8"},
            "requestId":"8f5076a0-1111-4222-8333-0123456789ab",
            "routeKey":"$default",
            "stage":"$default",
            "time":"04/Mar/2020:19:03:58 +0000",
            "timeEpoch":1583348638390},
            "body":"Hello from client",
            "isBase64Encoded":false}
            """
                .replace("\n", ""));
  }

  @Test
  void what_a_request_does_not_have_is_absent_or_empty() {
    JsonNode event = eventOf(get("/"));

    assertThat(event.has("cookies")).isFalse();
    assertThat(event.has("queryStringParameters")).isFalse();
    assertThat(event.has("body")).isFalse();
    assertThat(event.has("pathParameters")).isFalse();
    assertThat(event.has("stageVariables")).isFalse();
    assertThat(event.get("rawPath").textValue()).isEqualTo("/");
    assertThat(event.get("rawQueryString").textValue()).isEmpty();
    assertThat(event.get("isBase64Encoded").booleanValue()).isFalse();
    JsonNode context = event.get("requestContext");
    assertThat(context.has("authorizer")).isFalse();
    assertThat(context.has("authentication")).isFalse();
    assertThat(context.at("/http/userAgent").textValue()).isEmpty();
    assertThat(context.get("domainName").textValue()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/a%20b, /a b", "/pa2%Fth/1, /pa2%Fth/1", "/%C3%BC%F0%9F%98%80, /\u00fc\ud83d\ude00"})
  void the_raw_path_is_as_it_was_sent_and_the_path_decoded(String rawPath, String path) {
    JsonNode event = eventOf(get(rawPath));

    assertThat(event.get("rawPath").textValue()).isEqualTo(rawPath);
    assertThat(event.at("/requestContext/http/path").textValue()).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x=1&x=2&y=|{\"x\":\"1,2\",\"y\":\"\"}",
        "flag|{\"flag\":\"\"}",
        "a=b=c&&|{\"a\":\"b=c\"}",
        "a+b=c%20d+e|{\"a b\":\"c d e\"}",
        "%C3%BC=%26%3D&bad=%zz|{\"\u00fc\":\"&=\",\"bad\":\"%zz\"}",
        "a=1&b=2&a=3|{\"a\":\"1,3\",\"b\":\"2\"}"
      })
  void query_parameters_are_decoded_and_repeated_ones_joined(String query, String parameters) {
    JsonNode event = eventOf(get("/?" + query));

    assertThat(event.get("rawQueryString").textValue()).isEqualTo(query);
    assertThat(event.get("queryStringParameters")).hasToString(parameters);
  }

  @Test
  void headers_have_lower_case_names_and_repeated_ones_are_joined() {
    JsonNode event =
        eventOf(get("/").header("X-T", "1").header("Accept", "a, b").header("x-t", "1"));

    assertThat(event.at("/headers/x-t").textValue()).isEqualTo("1,1");
    assertThat(event.at("/headers/accept").textValue()).isEqualTo("a, b");
  }

  @Test
  void cookies_have_a_list_of_their_own_and_are_headers_too() {
    JsonNode event =
        eventOf(get("/").header("cookie", " a=1;b=\"2;; ").header("Cookie", "c").header("X", "y"));

    assertThat(event.get("cookies")).hasToString("[\"a=1\",\"b=\\\"2\",\"c\"]");
    assertThat(event.at("/headers/cookie").textValue()).isEqualTo(" a=1;b=\"2;; ; c");
    assertThat(eventOf(get("/").header("Cookie", " ; ")).has("cookies")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length"})
  void what_belongs_to_the_connection_is_left_out(String name) {
    JsonNode headers = eventOf(get("/").header(name, "x")).get("headers");

    assertThat(headers.properties())
        .extracting(it -> it.getKey())
        .allMatch(it -> it.startsWith("x-"));
  }

  @Test
  void the_length_of_a_chunked_body_is_told() {
    JsonNode event =
        eventOf(request("POST", "/").header("Transfer-Encoding", "chunked").body(new byte[300]));

    assertThat(event.at("/headers/content-length").textValue()).isEqualTo("300");
  }

  @Test
  void a_client_cannot_say_where_it_is() {
    JsonNode event =
        eventOf(
            get("/")
                .header("X-Forwarded-For", "10.0.0.1")
                .header("X-Forwarded-Proto", "https")
                .header("X-Amzn-Trace-Id", "Root=2"));

    assertThat(event.at("/headers/x-forwarded-for").textValue()).isEqualTo("127.0.0.1");
    assertThat(event.at("/headers/x-forwarded-proto").textValue()).isEqualTo("http");
    assertThat(event.at("/headers/x-amzn-trace-id").textValue()).isEqualTo(ROOT);
  }

  @Test
  void any_character_of_a_header_is_valid_json() {
    String value = "\"\\ \t\u0001\u00fc\u2028\ud83d\ude00";

    JsonNode event = eventOf(get("/").header("x-odd", value));

    assertThat(event.at("/headers/x-odd").textValue()).isEqualTo(value);
    assertThat(eventOf(get("/").header("x-half", "a\ud83db")).at("/headers/x-half").textValue())
        .startsWith("a");
  }

  // ------------------------------------------------------------------ signed requests

  @Test
  void a_signed_request_names_its_caller() {
    JsonNode context =
        eventOf(get("/"), new UrlCaller("AKIDEXAMPLE", "000000000000")).get("requestContext");

    assertThat(context.get("accountId").textValue()).isEqualTo("000000000000");
    assertThat(context.get("authorizer"))
        .hasToString(
            "{\"iam\":{\"accessKey\":\"AKIDEXAMPLE\",\"accountId\":\"000000000000\","
                + "\"callerId\":\"AKIDEXAMPLE\",\"cognitoIdentity\":null,"
                + "\"principalOrgId\":null,"
                + "\"userArn\":\"arn:aws:iam::000000000000:user/AKIDEXAMPLE\","
                + "\"userId\":\"AKIDEXAMPLE\"}}");
  }

  @Test
  void a_signature_does_not_reach_the_function_but_what_was_signed_does() {
    UrlRequests signed =
        get("/")
            .header("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/x")
            .header("X-Amz-Date", "20230418T170147Z")
            .header("X-Amz-Security-Token", "token")
            .header("X-Amz-Content-SHA256", "e3b0");

    JsonNode headers = eventOf(signed, new UrlCaller("AKID", "1")).get("headers");

    assertThat(headers.has("authorization")).isFalse();
    assertThat(headers.path("x-amz-date").asText()).isEqualTo("20230418T170147Z");
    assertThat(headers.path("x-amz-security-token").asText()).isEqualTo("token");
    assertThat(headers.path("x-amz-content-sha256").asText()).isEqualTo("e3b0");
    assertThat(eventOf(signed).at("/headers/authorization").asText())
        .as("where nobody has to sign, it is the function's affair")
        .startsWith("AWS4");
  }

  @Test
  void the_caller_is_known_by_the_header_or_the_query() {
    UrlRequests header =
        get("/")
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/lambda/aws4_request,"
                    + " SignedHeaders=host, Signature=00");
    UrlRequests query =
        get("/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260101%2Fus-east-1");

    assertThat(UrlCaller.of(header.build(), "1")).isEqualTo(new UrlCaller("AKID", "1"));
    assertThat(UrlCaller.of(query.build(), "1")).isEqualTo(new UrlCaller("AKID", "1"));
    assertThat(UrlCaller.of(get("/").build(), "1")).isNull();
    assertThat(UrlCaller.of(get("/").header("Authorization", "Bearer x").build(), "1")).isNull();
  }

  // ------------------------------------------------------------------ the body

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "TEXT/HTML; charset=utf-8",
        "application/json",
        "Application/JSON ;charset=utf-8",
        "application/javascript",
        "application/xml",
        "application/problem+json",
        "image/svg+xml"
      })
  void a_text_is_a_string(String contentType) {
    JsonNode event = posted(contentType, "{\"a\": \"\u00fc\ud83d\ude00\"}\n".getBytes(UTF_8));

    assertThat(event.get("body").textValue()).isEqualTo("{\"a\": \"\u00fc\ud83d\ude00\"}\n");
    assertThat(event.get("isBase64Encoded").booleanValue()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "image/png",
        "application/jsonp",
        "x/text",
        ""
      })
  void anything_else_is_base64(String contentType) {
    byte[] body =
        "a=1&b=\u00fc and more than one line of base64, so long is it, and longer "
            .repeat(9)
            .getBytes(UTF_8);

    for (JsonNode event : new JsonNode[] {posted(contentType, body), posted(null, body)}) {
      assertThat(event.get("body").textValue()).isEqualTo(Base64.getEncoder().encodeToString(body));
      assertThat(event.get("isBase64Encoded").booleanValue()).isTrue();
    }
  }

  @Test
  void a_text_that_is_not_utf_8_is_base64() {
    JsonNode event = posted("text/plain", NOT_UTF_8);

    assertThat(event.get("body").textValue()).isEqualTo("/A==");
    assertThat(event.get("isBase64Encoded").booleanValue()).isTrue();
  }

  @Test
  void an_event_of_6_mib_passes_and_a_larger_one_does_not() {
    byte[] text = new byte[Limits.MAX_REQUEST_BYTES];
    Arrays.fill(text, (byte) 'a');
    int overhead = eventSize("a".getBytes(UTF_8)) - 1 + "6290000".length() - 1;
    int most = Limits.MAX_REQUEST_BYTES - overhead;

    assertThat(eventSize(Arrays.copyOf(text, most))).isEqualTo(Limits.MAX_REQUEST_BYTES);
    assertThat(eventSize(Arrays.copyOf(text, most + 1))).isNegative();
    assertThat(eventSize(text)).isNegative();
    assertThat(eventSize(new byte[2 * 1024 * 1024])).as("escapes count").isNegative();
  }

  /** Returns the length of the event, -1 if it is too long. */
  private static int eventSize(byte[] body) {
    Payload event =
        UrlPayload.of(
            request("POST", "/").header("Content-Type", "text/plain").body(body).build(),
            context(null));
    return event == null ? -1 : (int) event.size();
  }

  @Test
  void the_body_stays_with_its_owner() {
    CountedPayload body = new CountedPayload("x");

    assertThat(UrlPayload.of(request("POST", "/").body(body).build(), context(null))).isNotNull();

    assertThat(body.readers()).isEqualTo(1);
  }
}
