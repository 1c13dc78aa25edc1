package dev.rapid.invokeapi.url;

import static dev.rapid.invokeapi.url.UrlRequests.get;
import static dev.rapid.invokeapi.url.UrlRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What recorded events of function URLs show: those in the test data of aws-lambda-go ({@code
 * lambdaurl}, an echo function with IAM, called with awscurl) and of aws-lambda-rust-runtime
 * ({@code lambda-http}). Only what TLS adds is missing here.
 */
final class RecordedUrlPayloadsTest {

  private static final UrlCaller CALLER = new UrlCaller("AKID", "123456789012");

  private static JsonNode eventOf(UrlRequests request, boolean signed) throws IOException {
    UrlContext context =
        new UrlContext(
            "url-id",
            "5bbd0e3e-fe7a-4299-9076-32d4de45391b",
            "Root=1-643eccfa-2c6028925c2b249524664087;Parent=53995c3f42cd8ad8;Sampled=0",
            1_681_837_306_806L,
            signed ? CALLER : null);
    return new ObjectMapper()
        .readTree(Objects.requireNonNull(UrlPayload.of(request.build(), context)).toByteArray());
  }

  /** What awscurl sends with each request. */
  private static UrlRequests signed(UrlRequests request) {
    return request
        .header("Host", "url-id.lambda-url.us-west-2.on.aws")
        .header("User-Agent", "python-requests/2.28.2")
        .header("Accept-Encoding", "gzip, deflate")
        .header("Connection", "keep-alive")
        .header("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20230418/us-west-2/lambda/x")
        .header("x-amz-date", "20230418T170146Z")
        .header("x-amz-content-sha256", "5f8f")
        .header("x-amz-security-token", "security-token");
  }

  private static List<String> namesOf(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void a_post_with_headers_cookies_and_a_text() throws IOException {
    JsonNode event =
        eventOf(
            signed(request("POST", "/hello?hello=world&foo=bar"))
                .header("Accept", "*/*")
                .header("Header1", "h1")
                .header("Header2", "h1,h2")
                .header("Cookie", "foo=bar; hello=hello")
                .header("Content-Type", "application/json")
                .header("Content-Length", "18")
                .body("{\"hello\": \"world\"}".getBytes(UTF_8)),
            true);

    assertThat(event.path("body").asText()).isEqualTo("{\"hello\": \"world\"}");
    assertThat(event.path("isBase64Encoded").asBoolean(true)).isFalse();
    assertThat(event.path("cookies")).hasToString("[\"foo=bar\",\"hello=hello\"]");
    assertThat(namesOf(event.path("headers")))
        .containsExactlyInAnyOrder(
            "accept",
            "accept-encoding",
            "content-length",
            "content-type",
            "cookie",
            "header1",
            "header2",
            "host",
            "user-agent",
            "x-amz-content-sha256",
            "x-amz-date",
            "x-amz-security-token",
            "x-amzn-trace-id",
            "x-forwarded-for",
            "x-forwarded-port",
            "x-forwarded-proto");
    JsonNode headers = event.path("headers");
    assertThat(headers.path("cookie").asText()).isEqualTo("foo=bar; hello=hello");
    assertThat(headers.path("content-length").asText()).isEqualTo("18");
    assertThat(headers.path("header2").asText()).isEqualTo("h1,h2");
    assertThat(headers.path("x-amzn-trace-id").asText())
        .isEqualTo("Root=1-643eccfa-2c6028925c2b249524664087");
    assertThat(event.path("queryStringParameters"))
        .hasToString("{\"hello\":\"world\",\"foo\":\"bar\"}");
    assertThat(event.path("rawPath").asText()).isEqualTo("/hello");
    assertThat(event.path("rawQueryString").asText()).isEqualTo("hello=world&foo=bar");
    JsonNode context = event.path("requestContext");
    assertThat(context.path("accountId").asText()).isEqualTo("123456789012");
    assertThat(context.path("authorizer").has("iam")).isTrue();
    assertThat(context.path("time").asText()).isEqualTo("18/Apr/2023:17:01:46 +0000");
    assertThat(context.path("timeEpoch").asLong()).isEqualTo(1_681_837_306_806L);
    assertThat(context.path("http").path("userAgent").asText()).isEqualTo("python-requests/2.28.2");
  }

  @Test
  void a_post_of_an_unknown_type_is_base64() throws IOException {
    JsonNode event =
        eventOf(
            signed(request("POST", "/"))
                .header("Content-Type", "idk")
                .header("Content-Length", "6")
                .body("<idk/>".getBytes(UTF_8)),
            true);

    assertThat(event.path("body").asText()).isEqualTo("PGlkay8+");
    assertThat(event.path("isBase64Encoded").asBoolean()).isTrue();
    assertThat(event.path("headers").path("content-length").asText()).isEqualTo("6");
    assertThat(event.path("headers").path("content-type").asText()).isEqualTo("idk");
  }

  @Test
  void a_get_has_only_what_it_has() throws IOException {
    JsonNode event =
        eventOf(
            signed(get("/"))
                .header("Accept", "application/xml")
                .header("Content-Type", "application/json"),
            true);

    assertThat(namesOf(event))
        .containsExactlyInAnyOrder(
            "version",
            "routeKey",
            "rawPath",
            "rawQueryString",
            "headers",
            "requestContext",
            "isBase64Encoded");
    assertThat(event.path("rawPath").asText()).isEqualTo("/");
    assertThat(event.path("headers").path("content-type").asText()).isEqualTo("application/json");
    assertThat(event.path("headers").has("content-length")).isFalse();
    assertThat(namesOf(event.path("requestContext")))
        .containsExactlyInAnyOrder(
            "accountId",
            "apiId",
            "authorizer",
            "domainName",
            "domainPrefix",
            "http",
            "requestId",
            "routeKey",
            "stage",
            "time",
            "timeEpoch");
  }

  @Test
  void a_get_of_curl_with_a_cookie_and_repeated_parameters() throws IOException {
    JsonNode event =
        eventOf(
            get("/my/path?parameter1=value1&parameter1=value2&parameter2=value")
                .header("Host", "id.lambda-url.eu-west-2.on.aws")
                .header("Cookie", "test=hi")
                .header("Accept", "*/*")
                .header("User-Agent", "curl/7.68.0"),
            false);

    assertThat(event.path("cookies")).hasToString("[\"test=hi\"]");
    assertThat(namesOf(event.path("headers")))
        .containsExactlyInAnyOrder(
            "accept",
            "cookie",
            "host",
            "user-agent",
            "x-amzn-trace-id",
            "x-forwarded-for",
            "x-forwarded-port",
            "x-forwarded-proto");
    assertThat(event.path("headers").path("cookie").asText()).isEqualTo("test=hi");
    assertThat(event.path("requestContext").has("authorizer")).isFalse();
    assertThat(event.path("requestContext").path("http").path("path").asText())
        .isEqualTo("/my/path");
  }
}
