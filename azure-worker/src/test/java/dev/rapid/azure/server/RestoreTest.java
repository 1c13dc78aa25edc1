package dev.rapid.azure.server;

import static dev.rapid.azure.server.AzureBench.eventually;
import static dev.rapid.azure.server.AzureBench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.protocol.FunctionEnvironmentReloadRequest;
import dev.rapid.azure.protocol.FunctionEnvironmentReloadResponse;
import dev.rapid.azure.protocol.FunctionEnvironmentReloadResponse.CapabilitiesUpdateStrategy;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.StreamingMessage.ContentCase;
import dev.rapid.azure.protocol.WorkerWarmupResponse;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.worker.WorkerState;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker that starts without an app, and becomes the worker of one. */
@Timeout(60)
final class RestoreTest {

  private static final Map<String, String> WARMUP = Map.of("HandlesWorkerWarmupMessage", "true");

  private @Nullable AzureBench bench;

  @BeforeEach
  void openBench() {
    bench =
        AzureBench.choice().placeholder(Map.of("NEW", "value", "PATH", "/bin", "EMPTY", "")).open();
  }

  @AfterEach
  void closeBench() {
    bench().close();
  }

  private AzureBench bench() {
    AzureBench opened = bench;
    if (opened == null) {
      throw new AssertionError();
    }
    return opened;
  }

  private void awaitSnapshot() {
    eventually(() -> bench().sandbox().state().worker() == WorkerState.SNAPSHOT_READY);
  }

  private static StreamingMessage warmedUp(StatusResult.Status status) {
    return StreamingMessage.newBuilder()
        .setWorkerWarmupResponse(
            WorkerWarmupResponse.newBuilder()
                .setResult(StatusResult.newBuilder().setStatus(status)))
        .build();
  }

  private static StreamingMessage reloaded(FunctionEnvironmentReloadResponse.Builder response) {
    return StreamingMessage.newBuilder()
        .setFunctionEnvironmentReloadResponse(response.setResult(ScriptedWorker.success()))
        .build();
  }

  @Test
  void a_placeholder_is_initialised_with_an_empty_app_and_nothing_else() {
    ScriptedWorker worker = bench().start().start();
    assertThat(bench().starts().getFirst().isPlaceholder()).isTrue();

    assertThat(
            worker
                .await(ContentCase.WORKER_INIT_REQUEST)
                .getWorkerInitRequest()
                .getFunctionAppDirectory())
        .isEqualTo("/srv/placeholder");
    worker.initialized(Map.of());

    awaitSnapshot();
    assertThat(worker.poll()).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = StatusResult.Status.class,
      names = {"Success", "Failure"})
  void a_placeholder_is_ready_after_its_warm_up_whatever_that_says(StatusResult.Status status) {
    ScriptedWorker worker = bench().start().init(WARMUP);
    assertThat(
            worker
                .await(ContentCase.WORKER_WARMUP_REQUEST)
                .getWorkerWarmupRequest()
                .getWorkerDirectory())
        .isEqualTo("/srv/worker");

    worker.send(warmedUp(status));

    awaitSnapshot();
  }

  @Test
  void a_warm_up_that_takes_too_long_does_not_matter() {
    bench().start().init(WARMUP).await(ContentCase.WORKER_WARMUP_REQUEST);

    bench().time().advanceBy(AzureBench.TIMERS.warmup());

    awaitSnapshot();
  }

  @Test
  void a_restore_brings_the_whole_environment_and_the_app() {
    ScriptedWorker worker = bench().start().init(Map.of());
    awaitSnapshot();
    Invocation invocation = bench().invoke();

    FunctionEnvironmentReloadRequest request =
        worker
            .await(ContentCase.FUNCTION_ENVIRONMENT_RELOAD_REQUEST)
            .getFunctionEnvironmentReloadRequest();
    assertThat(request.getFunctionAppDirectory()).isEqualTo("/srv/app");
    assertThat(request.getEnvironmentVariablesMap())
        .isEqualTo(Map.of("NEW", "value", "PATH", "/bin"));
    worker.send(reloaded(FunctionEnvironmentReloadResponse.newBuilder()));
    worker.load();
    worker.respond(worker.awaitInvocation().getInvocationId(), "restored");

    assertThat(resultOf(invocation)).isEqualTo("\"restored\"");
    assertThat(bench().starts()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = CapabilitiesUpdateStrategy.class,
      names = {"merge", "replace"})
  void capabilities_are_merged_or_replaced(CapabilitiesUpdateStrategy strategy) {
    Map<String, String> before = new HashMap<>(WARMUP);
    before.put("SupportsLoadResponseCollection", "true");
    ScriptedWorker worker = bench().start().init(before);
    worker.await(ContentCase.WORKER_WARMUP_REQUEST);
    worker.send(warmedUp(StatusResult.Status.Success));
    awaitSnapshot();
    bench().invoke();
    worker.await(ContentCase.FUNCTION_ENVIRONMENT_RELOAD_REQUEST);

    worker.send(
        reloaded(
            FunctionEnvironmentReloadResponse.newBuilder()
                .putCapabilities("RpcHttpBodyOnly", "true")
                .setCapabilitiesUpdateStrategy(strategy)));

    worker.await(
        strategy == CapabilitiesUpdateStrategy.merge
            ? ContentCase.FUNCTION_LOAD_REQUEST_COLLECTION
            : ContentCase.FUNCTION_LOAD_REQUEST);
  }

  @Test
  void a_reload_that_fails_is_followed_by_a_cold_start() {
    ScriptedWorker worker = bench().start().init(Map.of());
    awaitSnapshot();
    bench().invoke();
    worker.await(ContentCase.FUNCTION_ENVIRONMENT_RELOAD_REQUEST);

    worker.send(
        StreamingMessage.newBuilder()
            .setFunctionEnvironmentReloadResponse(FunctionEnvironmentReloadResponse.newBuilder()));

    eventually(() -> bench().processes().stops().size() == 1);
    eventually(() -> {
      if (bench().sandbox().state().phase() instanceof Phase.Cold) {
        bench().invoke();
      }
      return bench().starts().size() == 2;
    });
    assertThat(bench().starts().get(1).isPlaceholder()).isFalse();
  }
}
