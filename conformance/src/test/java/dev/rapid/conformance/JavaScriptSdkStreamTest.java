package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code InvokeWithResponseStream} of the JavaScript SDK v3. */
final class JavaScriptSdkStreamTest {

  /** Prints what came: for each chunk its length, a hash of all bytes, the members of the end. */
  private static final String SCRIPT =
      """
      import { createHash } from "node:crypto";
      import { LambdaClient, InvokeWithResponseStreamCommand } from "@aws-sdk/client-lambda";

      const [endpoint, payload, release] = process.argv.slice(2);
      const client = new LambdaClient({
        endpoint,
        region: "us-east-1",
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
      });
      const answer = await client.send(
        new InvokeWithResponseStreamCommand({ FunctionName: "function", Payload: payload, LogType: "Tail" }));
      const hash = createHash("sha256");
      let length = 0;
      let first = true;
      for await (const event of answer.EventStream) {
        if (event.PayloadChunk) {
          hash.update(event.PayloadChunk.Payload);
          length += event.PayloadChunk.Payload.length;
          if (first && release) {
            const { writeFileSync } = await import("node:fs");
            writeFileSync(release, "go");
          }
          first = false;
        } else if (event.InvokeComplete) {
          const { ErrorCode, ErrorDetails, LogResult } = event.InvokeComplete;
          console.log(JSON.stringify({
            status: answer.StatusCode, type: answer.ResponseStreamContentType, length,
            hash: hash.digest("hex"), ErrorCode, ErrorDetails, log: LogResult !== undefined,
          }));
        }
      }
      """;

  private static Path directory;

  @BeforeAll
  static void install() {
    assumeTrue(Command.exists("python3"), "python3 exists");
    directory = NpmPackage.install("@aws-sdk/client-lambda", "package.json");
    try {
      Files.writeString(directory.resolve("stream.mjs"), SCRIPT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String stream(Rapid rapid, String... args) {
    String[] words = new String[args.length + 3];
    words[0] = "node";
    words[1] = directory.resolve("stream.mjs").toString();
    words[2] = rapid.url().toString();
    System.arraycopy(args, 0, words, 3, args.length);
    Command.Result result =
        Command.of(words)
            .with("NODE_NO_WARNINGS", "1") // About the age of Node.js.
            .within(Duration.ofMinutes(1))
            .run();
    assertThat(result.err()).isEmpty();
    assertThat(result.exit()).isZero();
    return result.out();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1024 * 1024, 40 * 1024 * 1024})
  void the_content_is_identical(int bytes) {
    try (Rapid rapid = StreamingRuntime.serve("--response-shaping=off")) {
      assertThat(stream(rapid, "{\"pattern\":" + bytes + "}"))
          .contains("\"status\":200", "\"length\":" + bytes, PatternBytes.hashOf(bytes))
          .contains("\"log\":true")
          .doesNotContain("ErrorCode");
    }
  }

  @Test
  void the_first_chunk_arrives_before_the_function_ends() {
    Path release = directory.resolve("release");
    release.toFile().delete();
    try (Rapid rapid = StreamingRuntime.serve()) {
      String event = "{\"text\":[\"first\"],\"await\":\"" + release + "\",\"then\":[\"second\"]}";

      assertThat(stream(rapid, event, release.toString())).contains("\"length\":11");
    }
  }

  @Test
  void an_error_in_mid_stream_is_in_the_fields_of_the_sdk() {
    try (Rapid rapid = StreamingRuntime.serve()) {
      assertThat(stream(rapid, "{\"text\":[\"x\"],\"fail\":\"no luck\"}"))
          .contains("\"length\":1", "\"ErrorCode\":\"Function.ValueError\"", "no luck");
    }
  }
}
