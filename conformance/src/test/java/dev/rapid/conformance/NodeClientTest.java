package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Functions with AWS's own runtime client for Node.js, {@code aws-lambda-ric}, which is built from
 * source where its tools are.
 */
final class NodeClientTest {

  static final List<String> TOOLS =
      List.of("cmake", "make", "g++", "autoreconf", "libtoolize", "python3");

  private static final String HANDLER =
      """
      const { existsSync } = require("node:fs");
      const pause = () => new Promise((resolve) => setTimeout(resolve, 10));

      exports.stream = awslambda.streamifyResponse(async (event, stream) => {
        if (event.requestContext) {
          const head = { statusCode: 201, headers: { "x-made-by": "node" }, cookies: ["a=1"] };
          const body = awslambda.HttpResponseStream.from(stream, head);
          body.write(event.rawPath);
          body.end();
          return;
        }
        for (const text of event.text ?? []) {
          stream.write(text);
        }
        while (event.await && !existsSync(event.await)) {
          await pause();
        }
        if (event.fail) {
          throw new TypeError(event.fail);
        }
        stream.end("!");
      });

      exports.log = async () => {
        console.error("one\\ntwo\\nthree");
      };
      """;

  private static Path directory;

  @BeforeAll
  static void install() {
    TOOLS.forEach(tool -> assumeTrue(Command.exists(tool), tool + " exists"));
    directory = NpmPackage.install("aws-lambda-ric", "dist/rapid-client.node");
    try {
      Files.writeString(directory.resolve("index.js"), HANDLER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Rapid serve(String handler, String... options) {
    List<String> args = new ArrayList<>(List.of(options));
    args.add("--cwd=" + directory);
    args.add("--handler=" + handler);
    args.add("--");
    args.add("node");
    args.add(directory.resolve("node_modules/aws-lambda-ric/bin/index.mjs").toString());
    args.add(handler);
    return Rapid.serve(args.toArray(String[]::new));
  }

  private static Command.Result stream(Rapid rapid, String event) {
    return Command.rapid("invoke", "--stream", "--url=" + rapid.url(), "--event=" + event).run();
  }

  @Test
  void a_handler_streams() {
    try (Rapid rapid = serve("index.stream")) {
      Command.Result result = stream(rapid, "{\"text\":[\"a\",\"b\"]}");

      assertThat(result.out()).isEqualTo("ab!");
      assertThat(result.exit()).isZero();
    }
  }

  @Test
  void the_first_bytes_arrive_before_the_handler_ends() throws IOException {
    Path release = directory.resolve("release");
    Files.deleteIfExists(release);
    try (Rapid rapid = serve("index.stream")) {
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
    try (Rapid rapid = serve("index.stream")) {
      Command.Result result = stream(rapid, "{\"text\":[\"a\"],\"fail\":\"no luck\"}");

      assertThat(result.out()).isEqualTo("a");
      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.err()).contains("TypeError", "no luck");
    }
  }

  @Test
  void the_function_url_has_status_headers_and_cookies_of_the_handler() {
    assumeTrue(Command.exists("curl"), "curl exists");
    try (Rapid rapid = serve("index.stream", "--function-url-mode=response_stream")) {
      String url = rapid.url() + "/lambda-url/function/some/path";

      assertThat(Command.of("curl", "-s", "-S", "-i", "--max-time", "20", url).run().out())
          .startsWith("HTTP/1.1 201 Created")
          .containsIgnoringCase("x-made-by: node")
          .containsIgnoringCase("set-cookie: a=1")
          .endsWith("/some/path");
    }
  }

  @Test
  void a_message_of_several_lines_is_one_record() throws IOException {
    Path events = Files.createTempFile(directory, "events", ".ndjson");
    try (Rapid rapid = serve("index.log", "--events=" + events)) {
      rapid.invoke("{}");
      rapid.awaitReady();
    }

    assertThat(Files.readAllLines(events))
        .filteredOn(line -> line.contains("\"type\":\"function\""))
        .anyMatch(line -> line.contains("one\\ntwo\\nthree"));
  }
}
