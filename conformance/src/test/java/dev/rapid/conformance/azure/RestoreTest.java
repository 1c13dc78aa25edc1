package dev.rapid.conformance.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.protocol.FunctionEnvironmentReloadRequest;
import dev.rapid.azure.protocol.FunctionEnvironmentReloadResponse;
import dev.rapid.azure.protocol.RpcFunctionMetadata;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.WorkerInitRequest;
import dev.rapid.azure.protocol.WorkerWarmupRequest;
import dev.rapid.azure.protocol.WorkerWarmupResponse;
import dev.rapid.conformance.azure.fake.FakeWorker;
import dev.rapid.conformance.azure.fake.Messages;
import dev.rapid.conformance.azure.fake.Trace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Restore: a placeholder that becomes the worker of an app (checks 19 to 21). */
@EnabledOnOs(OS.LINUX)
final class RestoreTest {

  private static final String SNAPSTART = "snapstart: true";

  private static FakeFunctions functions;

  @BeforeAll
  static void start(@TempDir Path shared) {
    functions =
        FakeFunctions.at(shared)
            .function("restored", FakeWorker.class, SNAPSTART, "env: {OF_FUNCTION: one}")
            .indexed("indexed", Indexes.class, SNAPSTART, "azure.functionName: item")
            .function("failing", FailsToReload.class, SNAPSTART)
            .function(
                "silent",
                NeverReloads.class,
                SNAPSTART,
                "azure.timers: {reload: 1s, terminateGrace: 500ms, killWait: 500ms}")
            .function("dying", DiesOfReload.class, SNAPSTART)
            .function("warm", WarmsUp.class, SNAPSTART)
            .function("cold", FailsToWarmUp.class, SNAPSTART)
            .function("replaces", ReplacesCapabilities.class, SNAPSTART)
            .serve("--lazy-init");
  }

  @AfterAll
  static void end() {
    functions.close();
  }

  @Test
  void check_19_a_placeholder_knows_nothing_of_its_app() {
    functions.result("restored", "\"hello\"");

    Trace trace = functions.only("restored");
    WorkerInitRequest init = trace.messages().getFirst().getWorkerInitRequest();
    assertThat(trace.environment()).containsEntry("WEBSITE_PLACEHOLDER_MODE", "1");
    assertThat(trace.environment()).doesNotContainKey("OF_FUNCTION");
    assertThat(init.getFunctionAppDirectory()).isNotEqualTo(functions.app("restored").toString());
    assertThat(trace.workingDirectory()).isNotEqualTo(functions.app("restored"));
  }

  @Test
  void check_19_reload_load_and_invoke_follow_one_after_the_other() {
    assertThat(functions.result("restored", "\"hello\"")).isEqualTo("\"hello\"");

    assertThat(functions.only("restored").messageCounts().keySet())
        .startsWith(
            "WORKER_INIT_REQUEST",
            "FUNCTION_ENVIRONMENT_RELOAD_REQUEST",
            "FUNCTION_LOAD_REQUEST",
            "INVOCATION_REQUEST");
  }

  @Test
  void check_19_the_reload_has_the_whole_environment_and_the_app() {
    functions.result("restored", "\"hello\"");

    FunctionEnvironmentReloadRequest reload =
        functions.only("restored").messages().stream()
            .filter(StreamingMessage::hasFunctionEnvironmentReloadRequest)
            .map(StreamingMessage::getFunctionEnvironmentReloadRequest)
            .findFirst()
            .orElseThrow();
    String app = functions.app("restored").toString();
    assertThat(reload.getFunctionAppDirectory()).isEqualTo(app);
    assertThat(reload.getEnvironmentVariablesMap())
        .containsEntry("OF_FUNCTION", "one")
        .containsEntry("FUNCTIONS_APPLICATION_DIRECTORY", app)
        .containsEntry("AzureWebJobsScriptRoot", app)
        .containsKeys("PATH", "HOME")
        .doesNotContainEntry("WEBSITE_PLACEHOLDER_MODE", "1");
  }

  @Test
  void check_19_new_variables_are_there_and_old_ones_are_gone() {
    assertThat(functions.result("restored", "\"variable OF_FUNCTION\"")).isEqualTo("\"one\"");
    assertThat(functions.result("restored", "\"variable WEBSITE_PLACEHOLDER_MODE\""))
        .isIn("\"none\"", "\"0\"");
  }

  /** Finds its functions itself. */
  static class Indexes extends FakeWorker {
    @Override
    protected List<RpcFunctionMetadata> functions() {
      return List.of(
          RpcFunctionMetadata.newBuilder()
              .setName("item")
              .setFunctionId("id of item")
              .addRawBindings(FakeFunctions.QUEUE)
              .build());
    }
  }

  @Test
  void check_19_a_worker_that_indexes_does_so_after_the_reload() {
    assertThat(functions.result("indexed", "\"hello\"")).isEqualTo("\"hello\"");

    assertThat(functions.only("indexed").messageCounts().keySet())
        .containsExactly(
            "WORKER_INIT_REQUEST",
            "FUNCTION_ENVIRONMENT_RELOAD_REQUEST",
            "FUNCTIONS_METADATA_REQUEST",
            "FUNCTION_LOAD_REQUEST",
            "INVOCATION_REQUEST");
  }

  /** Answers that it cannot reload. */
  static class FailsToReload extends FakeWorker {
    @Override
    protected void reload(FunctionEnvironmentReloadRequest request) {
      send(
          StreamingMessage.newBuilder()
              .setFunctionEnvironmentReloadResponse(
                  FunctionEnvironmentReloadResponse.newBuilder()
                      .setResult(Messages.failure("ValueError", "names are not unique", ""))));
    }
  }

  /** Does not answer a reload. */
  static class NeverReloads extends FakeWorker {
    @Override
    protected void reload(FunctionEnvironmentReloadRequest request) {}
  }

  /** Does not survive a reload. */
  static class DiesOfReload extends FakeWorker {
    @Override
    protected void reload(FunctionEnvironmentReloadRequest request) {
      exit(3);
    }
  }

  private static void assertStartsCold(String function) {
    assertThat(functions.result(function, "\"hello\"")).isEqualTo("\"hello\"");

    List<Trace> traces = functions.traces(function);
    assertThat(traces).hasSize(2);
    FakeFunctions.awaitEnd(traces.getFirst());
    assertThat(traces.getLast().environment()).doesNotContainEntry("WEBSITE_PLACEHOLDER_MODE", "1");
    assertThat(traces.getLast().messageCounts().keySet())
        .containsExactly("WORKER_INIT_REQUEST", "FUNCTION_LOAD_REQUEST", "INVOCATION_REQUEST");
  }

  @Test
  void check_20_a_failed_reload_becomes_a_cold_start() {
    assertStartsCold("failing");
  }

  @Test
  void check_20_a_reload_that_takes_too_long_becomes_a_cold_start() {
    assertStartsCold("silent");
  }

  @Test
  void check_20_a_worker_that_dies_of_its_reload_is_started_cold() {
    assertStartsCold("dying");
  }

  /** Wants to be warmed up. */
  static class WarmsUp extends FakeWorker {
    @Override
    protected Map<String, String> capabilities() {
      return Map.of("HandlesWorkerWarmupMessage", "HandlesWorkerWarmupMessage");
    }
  }

  /** Wants to be warmed up, but cannot. */
  static class FailsToWarmUp extends WarmsUp {
    @Override
    protected void warmup(WorkerWarmupRequest request) {
      send(
          StreamingMessage.newBuilder()
              .setWorkerWarmupResponse(
                  WorkerWarmupResponse.newBuilder()
                      .setResult(Messages.failure("No", "no jar", ""))));
    }
  }

  @Test
  void check_21_a_placeholder_is_warmed_up() {
    assertThat(functions.result("warm", "\"hello\"")).isEqualTo("\"hello\"");

    assertThat(functions.only("warm").messageCounts().keySet())
        .startsWith(
            "WORKER_INIT_REQUEST", "WORKER_WARMUP_REQUEST", "FUNCTION_ENVIRONMENT_RELOAD_REQUEST");
  }

  @Test
  void check_21_a_failed_warm_up_does_not_matter() {
    assertThat(functions.result("cold", "\"hello\"")).isEqualTo("\"hello\"");

    assertThat(functions.only("cold").messageCounts()).containsKey("WORKER_WARMUP_REQUEST");
  }

  /** Announces terminate, and takes it back with its reload. */
  static class ReplacesCapabilities extends FakeWorker {
    private volatile boolean isReloaded;

    @Override
    protected Map<String, String> capabilities() {
      return isReloaded
          ? Map.of("SupportsLoadResponseCollection", "true")
          : Map.of("HandlesWorkerTerminateMessage", "true");
    }

    @Override
    protected void reload(FunctionEnvironmentReloadRequest request) {
      isReloaded = true;
      send(
          StreamingMessage.newBuilder()
              .setFunctionEnvironmentReloadResponse(
                  FunctionEnvironmentReloadResponse.newBuilder()
                      .setResult(Messages.SUCCESS)
                      .putAllCapabilities(capabilities())
                      .setCapabilitiesUpdateStrategy(
                          FunctionEnvironmentReloadResponse.CapabilitiesUpdateStrategy.replace)));
    }
  }

  @Test
  void capabilities_that_a_reload_replaces_are_forgotten() {
    functions.result("replaces", "\"hello\"");
    Trace trace = functions.only("replaces");

    assertThat(trace.messageCounts()).containsKey("FUNCTION_LOAD_REQUEST_COLLECTION");
    assertThat(functions.error("replaces", "\"exit 1\"")).contains("\"Runtime.ExitError\"");
    assertThat(trace.notes()).isEmpty();
  }
}
