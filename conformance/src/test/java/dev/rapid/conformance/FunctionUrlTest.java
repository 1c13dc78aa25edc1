package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The function's URL as curl sees it. */
final class FunctionUrlTest {

  @TempDir Path directory;

  @BeforeEach
  void needs() {
    assumeTrue(Command.exists("curl"), "curl exists");
    assumeTrue(Command.exists("python3"), "python3 exists");
  }

  private static String curl(String... args) {
    List<String> words = new ArrayList<>(List.of("curl", "-s", "-S", "--max-time", "20"));
    words.addAll(List.of(args));
    Command.Result result = Command.of(words.toArray(String[]::new)).run();
    assertThat(result.err()).isEmpty();
    assertThat(result.exit()).isZero();
    return result.out();
  }

  private static String url(Rapid rapid, String path) {
    return rapid.url() + "/lambda-url/function" + path;
  }

  @Test
  void a_get_brings_path_query_and_cookies() {
    try (Rapid rapid = Rapid.serveScripted()) {
      assertThat(curl("-b", "a=1; b=2", url(rapid, "/some/path?x=1&y=a%20b&x=2")))
          .contains("\"rawPath\":\"/some/path\"")
          .contains("\"rawQueryString\":\"x=1&y=a%20b&x=2\"")
          .contains("\"queryStringParameters\":{\"x\":\"1,2\",\"y\":\"a b\"}")
          .contains("\"cookies\":[\"a=1\",\"b=2\"]")
          .contains("\"cookie\":\"a=1; b=2\"")
          .contains("\"method\":\"GET\"")
          .contains("\"isBase64Encoded\":false");
    }
  }

  @Test
  void binary_data_of_a_post_is_in_base64() throws Exception {
    Path data = Files.write(directory.resolve("data"), new byte[] {0, 1, (byte) 0xff});
    try (Rapid rapid = Rapid.serveScripted()) {
      assertThat(
              curl(
                  "-H",
                  "Content-Type: application/octet-stream",
                  "--data-binary",
                  "@" + data,
                  url(rapid, "/")))
          .contains("\"method\":\"POST\"", "\"body\":\"AAH/\"", "\"isBase64Encoded\":true");
    }
  }

  @Test
  void a_stream_has_the_status_headers_and_cookies_of_its_prelude() {
    try (Rapid rapid = StreamingRuntime.serve("--function-url-mode=response_stream")) {
      assertThat(curl("-i", "-N", url(rapid, "/page")))
          .startsWith("HTTP/1.1 200 OK")
          .containsIgnoringCase("content-type: text/plain; charset=utf-8")
          .containsIgnoringCase("set-cookie: seen=yes")
          .endsWith("GET /page\nline 0\nline 1\nline 2\n");
    }
  }

  @Test
  void a_buffered_url_collects_the_stream_of_a_function() {
    try (Rapid rapid = StreamingRuntime.serve()) {
      assertThat(curl("-i", url(rapid, "/page")))
          .containsIgnoringCase("set-cookie: seen=yes")
          .containsIgnoringCase("content-length: ")
          .endsWith("GET /page\nline 0\nline 1\nline 2\n");
    }
  }

  @Test
  void the_port_of_the_url_has_the_function_at_every_path() {
    try (Rapid rapid = Rapid.serveScripted("--function-url-address=127.0.0.1:0")) {
      Matcher address = Pattern.compile("function URL at (\\S+)").matcher(rapid.messages());
      assertThat(address.find()).isTrue();

      assertThat(curl(address.group(1) + "/2015-03-31/functions/function/invocations"))
          .contains("\"rawPath\":\"/2015-03-31/functions/function/invocations\"");
    }
  }

  @Test
  void a_preflight_is_answered_without_the_function() {
    String cors = "{\"AllowOrigins\":[\"http://a\"],\"AllowMethods\":[\"GET\"]}";
    try (Rapid rapid = Rapid.serveScripted("--function-url-cors=" + cors)) {
      assertThat(
              curl(
                  "-i",
                  "-X",
                  "OPTIONS",
                  "-H",
                  "Origin: http://a",
                  "-H",
                  "Access-Control-Request-Method: GET",
                  url(rapid, "/")))
          .startsWith("HTTP/1.1 200 OK")
          .containsIgnoringCase("access-control-allow-origin: http://a");
      assertThat(rapid.output()).doesNotContain("START");
    }
  }

  @Test
  void nobody_else_has_a_url_here() {
    try (Rapid rapid = Rapid.serveScripted()) {
      assertThat(curl("-i", rapid.url() + "/lambda-url/somebody/")).startsWith("HTTP/1.1 403");
    }
  }
}
