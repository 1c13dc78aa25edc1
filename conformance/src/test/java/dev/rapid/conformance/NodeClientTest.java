package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * AWS's runtime client for Node.js, {@code aws-lambda-ric}, which is built from source where its
 * tools are.
 */
class NodeClientTest extends RuntimeClientTest {

  private static final String CLIENT = "node_modules/.bin/aws-lambda-ric";

  @Override
  ClientProject prepare() {
    return install();
  }

  static ClientProject install() {
    ClientProject project =
        ClientProject.of(
            "node", "node", "npm", "cmake", "make", "g++", "autoreconf", "libtoolize", "python3");
    if (!project.has(CLIENT)) {
      project.install(
          "npm", "install", "--silent", "--no-fund", "--no-audit", "aws-lambda-ric@4.0.2");
    }
    return project;
  }

  @Override
  List<String> command(ClientProject project, String handler) {
    return commandOf(project, handler);
  }

  static List<String> commandOf(ClientProject project, String handler) {
    return List.of("node", project.path(CLIENT), handler);
  }

  @Override
  String initErrorType() {
    return "TypeError";
  }

  @Override
  boolean hasSeveralWorkers() {
    return true;
  }

  @Override
  String handlerErrorType() {
    return "TypeError";
  }

  private static Command.Result stream(Rapid rapid, String event) {
    return Command.rapid("invoke", "--stream", "--url=" + rapid.url(), "--event=" + event).run();
  }

  @Test
  void a_handler_streams() {
    try (Rapid rapid = serveHandler("handler.stream")) {
      Command.Result result = stream(rapid, "{\"text\":[\"a\",\"b\"]}");

      assertThat(result.out()).isEqualTo("ab!");
      assertThat(result.exit()).isZero();
    }
  }

  @Test
  void the_first_bytes_arrive_before_the_handler_ends() {
    Path release = temporary.resolve("release");
    try (Rapid rapid = serveHandler("handler.stream")) {
      String script =
          "\"$0\" invoke --stream --url=\"$1\" --event=\"$2\""
              + " | { head -c 1; echo go > \"$3\"; cat; }";

      Command.Result result =
          Command.of(
                  "sh",
                  "-c",
                  script,
                  Rapid.launcher("rapid"),
                  rapid.url().toString(),
                  "{\"text\":[\"a\"],\"await\":\"" + release + "\"}",
                  release.toString())
              .run();

      assertThat(result.out()).isEqualTo("a!");
    }
  }

  @Test
  void an_error_in_mid_stream_reaches_the_caller() {
    try (Rapid rapid = serveHandler("handler.stream")) {
      Command.Result result = stream(rapid, "{\"text\":[\"a\"],\"fail\":\"no luck\"}");

      assertThat(result.out()).isEqualTo("a");
      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.err()).contains("TypeError", "no luck");
    }
  }

  @Test
  void the_function_url_has_status_headers_and_cookies_of_the_handler() {
    assumeTrue(Command.exists("curl"), "curl exists");
    try (Rapid rapid = serveHandler("handler.stream", "--function-url-mode=response_stream")) {
      String url = rapid.url() + "/lambda-url/function/some/path";

      assertThat(Command.of("curl", "-s", "-S", "-i", "--max-time", "20", url).run().out())
          .startsWith("HTTP/1.1 201 Created")
          .containsIgnoringCase("x-made-by: node")
          .containsIgnoringCase("set-cookie: a=1")
          .endsWith("/some/path");
    }
  }
}
