package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gRPC client for Node.js, with our definitions and with those of the protocol's beginning. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ResourceLock(ClientProject.SHARED)
final class GrpcJsClientTest {

  private static ClientProject project;
  private static FnRapid runner;

  @BeforeAll
  static void start(@TempDir Path directory) {
    project =
        ClientProject.of("grpc-js", "node", "npm")
            .install(
                "npm",
                "install",
                "--silent",
                "--no-fund",
                "--no-audit",
                "@grpc/grpc-js@1",
                "@grpc/proto-loader@0.8");
    runner = FnRapid.ofTinyWorker(directory);
  }

  @AfterAll
  static void end() {
    if (runner != null) {
      runner.close();
    }
  }

  static String[] definitions() {
    return new String[] {
      Command.ROOT.resolve("fn-protocol/src/main/proto/runner.proto").toString(),
      project.path("seed.proto")
    };
  }

  private static JsonNode call(String definitions, CallJson json, String body) {
    Command.Result result =
        Command.of(
                "node",
                project.path("call.js"),
                "127.0.0.1:" + runner.port(),
                definitions,
                json.text(),
                body)
            .run();
    assertThat(result.exit()).as(result.err()).isZero();
    try {
      return new ObjectMapper().readTree(result.out());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void a_call_is_answered_and_the_status_is_read(String definitions) {
    CallJson json = CallJson.to("worker").header("Content-Type", "text/plain");
    JsonNode said = call(definitions, json, "body");

    assertThat(said.at("/order").toString()).isEqualTo("[\"result_start\",\"data\",\"finished\"]");
    assertThat(said.at("/start/http/status_code").asInt()).isEqualTo(200);
    assertThat(said.at("/text").asText()).isEqualTo("body");
    assertThat(said.at("/finished/success").asBoolean()).isTrue();
    assertThat(said.at("/finished/details").asText()).isEqualTo(json.id());
    assertThat(said.at("/code").asInt()).as("gRPC status").isZero();
    assertThat(said.at("/error").isNull()).isTrue();
    assertThat(said.at("/status/failed").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void an_error_of_the_function_has_its_code(String definitions) {
    JsonNode said = call(definitions, CallJson.to("worker").doing("status 502"), "");

    assertThat(said.at("/order").toString()).isEqualTo("[\"finished\"]");
    assertThat(said.at("/finished/errorCode").asInt()).isEqualTo(502);
    assertThat(said.at("/code").asInt()).as("gRPC status").isZero();
  }
}
