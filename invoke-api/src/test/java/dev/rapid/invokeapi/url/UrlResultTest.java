package dev.rapid.invokeapi.url;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.core.invocation.Payload;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.http.request.HeaderLine;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a function returned as the answer of its URL, buffered (contract invoke-api, section 5.3).
 */
final class UrlResultTest {

  private static final String INTEGRATION = "application/vnd.awslambda.http-integration-response";
  private static final String DELIMITER = "\0".repeat(8);

  private static UrlResponse responseOf(String result, @Nullable String contentType) {
    CountedPayload payload = new CountedPayload(result);
    try {
      UrlResponse response = UrlResult.responseOf(payload, contentType);
      UrlResponse copy =
          new UrlResponse(response.head(), Payload.of(response.body().toByteArray()));
      response.body().release();
      return copy;
    } catch (InvalidUrlResultException e) {
      throw new IllegalStateException(e);
    } finally {
      assertThat(payload.readers()).as("readers of the result").isZero();
    }
  }

  private static UrlResponse responseOf(String result) {
    return responseOf(result, "application/json");
  }

  private static String textOf(UrlResponse response) {
    return new String(response.body().toByteArray(), UTF_8);
  }

  private static void assertResponse(
      UrlResponse response, int status, String contentType, String body) {
    assertThat(response.head()).isEqualTo(UrlHead.of(status, contentType));
    assertThat(textOf(response)).isEqualTo(body);
  }

  private static void assertInvalid(String result, String... words) {
    assertThatThrownBy(() -> responseOf(result))
        .as(result)
        .cause()
        .isInstanceOf(InvalidUrlResultException.class)
        .message()
        .contains(words)
        .doesNotContain("\n");
  }

  /** An explicit response with status 200 and some more members. */
  private static String explicit(String members) {
    return "{\"statusCode\":200," + members + "}";
  }

  private static List<HeaderLine> headersOf(String members) {
    return responseOf(explicit(members)).head().headers();
  }

  // ------------------------------------------------------------------ any other result

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"hello\": \"world\"}|{\"hello\":\"world\"}",
        "[\"hello\", 3, true]|[\"hello\",3,true]",
        "`\t{ \"a\" :\r\n[ ] , \"b\":{ } } `|{\"a\":[],\"b\":{}}",
        "{\"a \\\" \\\\\": \" b \\\\\" , \"c\":1}|{\"a \\\" \\\\\":\" b \\\\\",\"c\":1}",
        "[1.10, 1e5, -0.0,"
            + " 123456789012345678901234567890]|[1.10,1e5,-0.0,123456789012345678901234567890]",
        "{\"\u00fc\": \"\ud83d\ude00 \\ud800\"}|{\"\u00fc\":\"\ud83d\ude00 \\ud800\"}",
        "{\"body\": \"x\", \"headers\": 3}|{\"body\":\"x\",\"headers\":3}",
        "{\"StatusCode\": 201}|{\"StatusCode\":201}",
        "[{\"statusCode\": 201}]|[{\"statusCode\":201}]",
        "{\"a\": {\"statusCode\": 201}}|{\"a\":{\"statusCode\":201}}",
        "3|3",
        " 3.1 |3.1",
        "true|true",
        "false|false",
        "null|null"
      })
  void json_is_the_body_without_spaces(String result, String body) {
    assertResponse(responseOf(result), 200, "application/json", body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"\"hello\"|hello", "\"\"|''", "\"a \\\"b\\\" \\u00fc\\n\"|'a \"b\" \u00fc\n'"})
  void a_string_is_the_body_without_quotes(String result, String body) {
    assertResponse(responseOf(result), 200, "application/json", body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "not json",
        "{\"a\":1",
        "[1,",
        "{\"a\":1} x",
        "{\"statusCode\":700} x",
        "{\"statusCode\":201",
        "\"open",
        "<html>\n"
      })
  void what_is_not_json_is_bytes(String result) {
    assertResponse(responseOf(result), 200, "application/octet-stream", result);
  }

  @Test
  void a_text_of_100000_brackets_is_json() {
    String result = "[".repeat(100_000) + "]".repeat(100_000);

    assertResponse(responseOf(" " + result), 200, "application/json", result);
  }

  // ------------------------------------------------------------------ an explicit response

  /** Test case 161 of contract http-front-door, section 12. */
  @Test
  void a_challenge_of_the_function_has_another_name() {
    assertThat(
            responseOf("{\"statusCode\":401,\"headers\":{\"WWW-Authenticate\":\"Bearer\"}}")
                .head()
                .headers())
        .contains(new HeaderLine("x-amzn-remapped-www-authenticate", "Bearer"))
        .noneMatch(header -> header.name().equals("www-authenticate"));
  }

  @ParameterizedTest
  @CsvSource({"200, 200", "\"418\", 418", "599, 599", "404.0, 404", "\"5e2\", 500"})
  void a_status_is_a_number_or_a_numeric_string(String statusCode, int status) {
    UrlResponse response =
        responseOf("{\"statusCode\":" + statusCode + ",\"body\":\"i'm a teapot\"}");

    assertResponse(response, status, "application/json", "i'm a teapot");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "700",
        "600",
        "199",
        "100",
        "0",
        "-200",
        "200.5",
        "1e999999999",
        "99999999999999999999999999",
        "\"\"",
        "\"ok\"",
        "\" 200\"",
        "null",
        "true",
        "{}",
        "[200]"
      })
  void any_other_status_is_a_defect(String statusCode) {
    assertInvalid(
        "{\"body\":\"x\",\"statusCode\":" + statusCode + "}",
        "statusCode is not a whole number from 200 to 599");
  }

  @Test
  void everything_that_a_function_says_of_its_response() {
    UrlResponse response =
        responseOf(
            """
            {"statusCode": 201,
             "headers": {"X-One": "1", "Content-Type": "text/html; charset=utf-8", "x-two": "b, c"},
             "cookies": ["a=1; Secure", "b=2"],
             "body": "PGI+\\u0061Gk8L2I+",
             "isBase64Encoded": true,
             "multiValueHeaders": {"x-three": ["3"]}}
            """);

    assertThat(response.head())
        .isEqualTo(
            new UrlHead(
                201,
                List.of(
                    new HeaderLine("content-type", "text/html; charset=utf-8"),
                    new HeaderLine("x-one", "1"),
                    new HeaderLine("x-two", "b, c"),
                    new HeaderLine("set-cookie", "a=1; Secure"),
                    new HeaderLine("set-cookie", "b=2"))));
    assertThat(textOf(response)).isEqualTo("<b>hi</b>");
  }

  @Test
  void the_order_of_members_does_not_matter() {
    UrlResponse response =
        responseOf("{\"isBase64Encoded\":true,\"body\":\"aGk=\",\"statusCode\":202}");

    assertResponse(response, 202, "application/json", "hi");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"body\":\"\u00fc \\ud83d\\ude00\"|\u00fc \ud83d\ude00",
        "\"body\":null|``",
        "\"body\":3.10|3.10",
        "\"body\":false|false",
        "\"headers\":null,\"cookies\":null,\"isBase64Encoded\":null,\"body\":\"x\"|x",
        "\"isBase64Encoded\":false,\"body\":\"aGk=\"|aGk=",
        "\"unknown\":{\"body\":[1]}|``",
        "\"body\":\"first\",\"body\":\"last\"|last"
      })
  void a_body_is_text_and_empty_by_default(String members, String body) {
    assertResponse(responseOf(explicit(members)), 200, "application/json", body);
  }

  @Test
  void headers_are_text_in_lower_case_and_the_last_of_a_name_counts() {
    assertThat(headersOf("\"headers\":{\"X-N\":1.50,\"x-b\":true,\"x-null\":null,\"X-n\":\"2\"}"))
        .containsExactly(
            new HeaderLine("content-type", "application/json"),
            new HeaderLine("x-n", "2"),
            new HeaderLine("x-b", "true"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connection",
        "Transfer-Encoding",
        "CONTENT-LENGTH",
        "keep-alive",
        "upgrade",
        "date"
      })
  void headers_of_the_server_are_dropped(String name) {
    assertThat(headersOf("\"headers\":{\"" + name + "\":\"x\"}"))
        .containsExactly(new HeaderLine("content-type", "application/json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"headers\":[]|headers is not an object",
        "\"headers\":\"x\"|headers is not an object",
        "\"headers\":{\"a\":[\"b\"]}|headers has a value that is an object or an array",
        "\"headers\":{\"a\":{}}|headers has a value that is an object or an array",
        "\"headers\":{\"a\":\"b\\r\\nc: d\"}|headers has a value with a line break",
        "\"headers\":{\"a\":\"b\\n\"}|headers has a value with a line break",
        "\"headers\":{\"a b\":\"c\"}|headers has a name that HTTP does not allow",
        "\"headers\":{\"a\\r\\nb\":\"c\"}|headers has a name that HTTP does not allow",
        "\"headers\":{\"\":\"c\"}|headers has a name that HTTP does not allow",
        "\"cookies\":\"a=1\"|cookies is not an array",
        "\"cookies\":{\"a\":1}|cookies is not an array",
        "\"cookies\":[[]]|cookies has an element that is not a string",
        "\"cookies\":[null]|cookies has an element that is not a string",
        "\"cookies\":[\"a=1\\nb\"]|cookies has an element with a line break",
        "\"isBase64Encoded\":\"true\"|isBase64Encoded is not a boolean",
        "\"isBase64Encoded\":[true]|isBase64Encoded is not a boolean",
        "\"isBase64Encoded\":true,\"body\":\"%\"|body is not base64"
      })
  void an_invalid_response_is_a_defect_with_a_name(String members, String defect) {
    assertInvalid(explicit(members), defect);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"hello\" : [1, 2.50, \"ü\"]}|{\"hello\":[1,2.50,\"ü\"]}",
        "[ \"x\", {} ]|[\"x\",{}]",
        "{}|{}",
        "1.50|1.50",
        "true|true"
      })
  void a_body_that_is_no_string_is_answered_with_its_json(String body, String text) {
    UrlResponse response = responseOf("{\"body\": " + body + ", \"statusCode\": 201}");

    assertThat(response.head().status()).isEqualTo(201);
    assertThat(new String(response.body().toByteArray(), UTF_8)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void a_response_that_must_have_no_body_has_none(int status) {
    UrlResponse response = responseOf("{\"statusCode\":" + status + ",\"body\":\"x\"}");

    assertThat(response.head().status()).isEqualTo(status);
    assertThat(response.body().size()).isZero();
  }

  // ------------------------------------------------------------------ a collected stream

  @Test
  void the_prelude_of_a_collected_stream_is_the_head_and_the_rest_the_body() {
    UrlResponse response =
        responseOf(
            "{\"statusCode\":206,\"headers\":{\"content-type\":\"text/plain\"},\"cookies\":[\"a=1\"]}"
                + DELIMITER
                + "Hello",
            INTEGRATION);

    assertThat(response.head())
        .isEqualTo(
            new UrlHead(
                206,
                List.of(
                    new HeaderLine("content-type", "text/plain"),
                    new HeaderLine("set-cookie", "a=1"))));
    assertThat(textOf(response)).isEqualTo("Hello");
  }

  @Test
  void a_collected_stream_without_the_end_of_its_prelude_is_a_defect() {
    assertThatThrownBy(() -> responseOf("{\"statusCode\":200}", INTEGRATION))
        .hasMessageContaining("The stream ended before the 8 zero bytes");
  }

  @Test
  void only_the_content_type_announces_a_prelude() {
    String result = "{}" + DELIMITER + "x";

    assertResponse(responseOf(result, null), 200, "application/octet-stream", result);
    assertResponse(responseOf(result, INTEGRATION), 200, "application/octet-stream", "x");
    assertResponse(
        responseOf(result, INTEGRATION.toUpperCase(Locale.ROOT) + "; charset=utf-8"),
        200,
        "application/octet-stream",
        "x");
  }

  // ------------------------------------------------------------------ answers without a result

  @Test
  void refusals_have_the_bytes_of_the_contract() {
    assertResponse(UrlResponse.functionFailed(), 502, "application/json", "Internal Server Error");
    assertRefusal(UrlResponse.unknownUrl(), 403, "AccessDeniedException", "{\"Message\":null}");
    assertRefusal(
        UrlResponse.tooLarge(),
        413,
        "RequestEntityTooLargeException",
        "{\"Message\":\"Request must be smaller than 6291456 bytes for the InvokeFunction"
            + " operation\"}");
    assertThat(textOf(UrlResponse.unsigned()))
        .startsWith(
            "{\"Message\":\"Forbidden. For troubleshooting Function URL authorization issues,"
                + " see: ");
  }

  private static void assertRefusal(UrlResponse response, int status, String type, String body) {
    assertThat(response.head())
        .isEqualTo(
            new UrlHead(
                status,
                List.of(
                    new HeaderLine("content-type", "application/json"),
                    new HeaderLine("x-amzn-ErrorType", type))));
    assertThat(textOf(response)).isEqualTo(body);
  }
}
