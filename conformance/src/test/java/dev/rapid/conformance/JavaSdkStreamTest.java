package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamCompleteEvent;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler;

/** {@code LambdaAsyncClient.invokeWithResponseStream} of the AWS SDK for Java v2. */
final class JavaSdkStreamTest {

  @TempDir Path directory;

  /** What a client got. */
  private static final class Received {

    private final AtomicReference<InvokeWithResponseStreamCompleteEvent> end =
        new AtomicReference<>();
    private long bytes;
    private long wrong;

    void add(SdkBytes payload) {
      byte[] block = payload.asByteArrayUnsafe();
      for (byte each : block) {
        if (each != PatternBytes.byteAt(bytes)) {
          wrong++;
        }
        bytes++;
      }
    }
  }

  @BeforeEach
  void needs() {
    assumeTrue(Command.exists("python3"), "python3 exists");
  }

  private static Received stream(Rapid rapid, String event, Runnable onFirst) {
    Received received = new Received();
    try (LambdaAsyncClient client =
        LambdaAsyncClient.builder()
            .endpointOverride(rapid.url())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
            .build()) {
      InvokeWithResponseStreamResponseHandler handler =
          InvokeWithResponseStreamResponseHandler.builder()
              .subscriber(
                  InvokeWithResponseStreamResponseHandler.Visitor.builder()
                      .onPayloadChunk(chunk -> {
                        boolean first = received.bytes == 0;
                        received.add(chunk.payload());
                        if (first) {
                          onFirst.run();
                        }
                      })
                      .onInvokeComplete(received.end::set)
                      .build())
              .build();
      client
          .invokeWithResponseStream(
              request -> request.functionName("function").payload(SdkBytes.fromUtf8String(event)),
              handler)
          .orTimeout(60, TimeUnit.SECONDS)
          .join();
    }
    return received;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1024 * 1024, 40 * 1024 * 1024})
  void the_content_is_identical(int bytes) {
    try (Rapid rapid = StreamingRuntime.serve("--response-shaping=off")) {
      Received received = stream(rapid, "{\"pattern\":" + bytes + "}", () -> {});

      assertThat(received.bytes).isEqualTo(bytes);
      assertThat(received.wrong).isZero();
      assertThat(received.end.get().errorCode()).isNull();
    }
  }

  @Test
  void the_first_chunk_arrives_before_the_function_ends() {
    Path release = directory.resolve("release");
    try (Rapid rapid = StreamingRuntime.serve()) {
      Received received =
          stream(
              rapid,
              "{\"text\":[\"first\"],\"await\":\"" + release + "\",\"then\":[\"second\"]}",
              () -> touch(release));

      assertThat(received.bytes).isEqualTo(11);
    }
  }

  private static void touch(Path file) {
    try {
      Files.writeString(file, "go");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void an_error_in_mid_stream_is_in_the_fields_of_the_sdk() {
    try (Rapid rapid = StreamingRuntime.serve()) {
      Received received = stream(rapid, "{\"text\":[\"x\"],\"fail\":\"no luck\"}", () -> {});

      assertThat(received.bytes).isEqualTo(1);
      assertThat(received.end.get().errorCode()).isEqualTo("Function.ValueError");
      assertThat(received.end.get().errorDetails()).contains("no luck");
    }
  }

  @Test
  void a_timeout_in_mid_stream_keeps_what_was_sent_and_says_so() {
    try (Rapid rapid = StreamingRuntime.serve("--timeout=1")) {
      Received received = stream(rapid, "{\"text\":[\"x\",\"y\"],\"wait\":30}", () -> {});

      assertThat(received.bytes).isEqualTo(1);
      assertThat(received.end.get().errorCode()).isEqualTo("Sandbox.Timedout");
      assertThat(received.end.get().errorDetails()).isEqualTo("Task timed out after 1.00 seconds");
    }
  }
}
