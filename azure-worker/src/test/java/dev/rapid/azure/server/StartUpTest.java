package dev.rapid.azure.server;

import static dev.rapid.azure.server.AzureBench.errorOf;
import static dev.rapid.azure.server.AzureBench.eventually;
import static dev.rapid.azure.server.AzureBench.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.protocol.FunctionLoadRequest;
import dev.rapid.azure.protocol.FunctionLoadResponse;
import dev.rapid.azure.protocol.FunctionLoadResponseCollection;
import dev.rapid.azure.protocol.FunctionMetadataResponse;
import dev.rapid.azure.protocol.RpcException;
import dev.rapid.azure.protocol.RpcFunctionMetadata;
import dev.rapid.azure.protocol.RpcLog;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.StreamingMessage.ContentCase;
import dev.rapid.azure.protocol.WorkerInitRequest;
import dev.rapid.azure.protocol.WorkerInitResponse;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From the connection of a worker to its loaded function. */
@Timeout(60)
final class StartUpTest {

  private @Nullable AzureBench bench;

  @AfterEach
  void closeBench() {
    if (bench != null) {
      bench.close();
    }
  }

  private AzureBench open(AzureBench.Choice choice) {
    AzureBench opened = choice.open();
    bench = opened;
    return opened;
  }

  private AzureBench open() {
    return open(AzureBench.choice());
  }

  private static StatusResult.Builder failure(String type, String message) {
    return StatusResult.newBuilder()
        .setException(
            RpcException.newBuilder()
                .setType(type)
                .setMessage(message)
                .setStackTrace("at a\nat b"));
  }

  private static RpcFunctionMetadata.Builder metadata(String name) {
    return RpcFunctionMetadata.newBuilder()
        .setName(name)
        .setFunctionId("id-" + name)
        .setScriptFile("function_app.py")
        .addRawBindings("{\"name\":\"req\",\"type\":\"genericTrigger\",\"direction\":\"IN\"}");
  }

  private static StreamingMessage described(FunctionMetadataResponse.Builder response) {
    return StreamingMessage.newBuilder().setFunctionMetadataResponse(response).build();
  }

  // ------------------------------------------------------------------ init

  @Test
  void the_init_says_which_host_worker_and_app_it_is() {
    ScriptedWorker worker = open().start().start();

    WorkerInitRequest request =
        worker.await(ContentCase.WORKER_INIT_REQUEST).getWorkerInitRequest();

    assertThat(request)
        .isEqualTo(
            WorkerInitRequest.newBuilder()
                .setHostVersion("4.1037.0")
                .setWorkerDirectory("/srv/worker")
                .setFunctionAppDirectory("/srv/app")
                .build());
  }

  @Test
  void an_init_is_done_when_the_function_is_loaded() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.start().init(Map.of());
    FunctionLoadRequest load =
        worker.await(ContentCase.FUNCTION_LOAD_REQUEST).getFunctionLoadRequest();
    assertThat(opened.sandbox().state().phase()).isInstanceOf(Phase.Initializing.class);

    worker.loaded(load.getFunctionId());

    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void logs_may_come_before_the_answer_to_the_init() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.start().start();
    worker.await(ContentCase.WORKER_INIT_REQUEST);

    worker.send(
        StreamingMessage.newBuilder()
            .setRpcLog(RpcLog.newBuilder().setMessage("hello").setLevel(RpcLog.Level.Warning)));
    worker.initialized(Map.of());
    worker.load();

    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
    assertThat(opened.messages()).extracting(each -> each.text()).containsExactly("hello");
  }

  @Test
  void a_worker_that_does_not_connect_in_time_is_given_up() {
    AzureBench opened = open();
    Invocation invocation = opened.invoke();

    opened.time().advanceBy(AzureBench.TIMERS.startup());

    assertThat(failureOf(invocation).error()).isEqualTo(ErrorType.SANDBOX_TIMEDOUT);
    assertThat(failureOf(invocation).message()).isEqualTo("The worker did not connect within 60 s");
  }

  @Test
  void a_worker_that_does_not_answer_the_init_in_time_is_given_up() {
    AzureBench opened = open();
    Invocation invocation = opened.invoke();
    opened.started().start().await(ContentCase.WORKER_INIT_REQUEST);

    opened.time().advanceBy(AzureBench.TIMERS.init());

    assertThat(failureOf(invocation).message())
        .isEqualTo("The worker did not answer the init within 10 s");
  }

  @Test
  void an_init_without_a_status_has_failed() {
    AzureBench opened = open();
    Invocation invocation = opened.invoke();
    ScriptedWorker worker = opened.started().start();
    worker.await(ContentCase.WORKER_INIT_REQUEST);

    worker.send(
        StreamingMessage.newBuilder().setWorkerInitResponse(WorkerInitResponse.newBuilder()));

    assertThat(errorOf(invocation)).contains("\"errorType\":\"Runtime.Unknown\"");
    opened.awaitCold();
  }

  @Test
  void what_nothing_waits_for_is_counted_and_dropped() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.start().start();
    worker.await(ContentCase.WORKER_INIT_REQUEST);

    worker.loaded("id-hello");
    worker.respond("no-such-invocation", "result");
    worker.send(StreamingMessage.newBuilder());
    worker.send(StreamingMessage.newBuilder().setRequestId("foreign"));
    worker.initialized(Map.of());
    worker.load();

    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
    assertThat(opened.dropped()).isEqualTo(4);
  }

  // ------------------------------------------------------------------ the index

  @Test
  void a_worker_that_indexes_gets_its_function_back_as_it_described_it() {
    AzureBench opened = open(AzureBench.choice().workerIndexing());
    ScriptedWorker worker = opened.start().init(Map.of());
    assertThat(
            worker
                .await(ContentCase.FUNCTIONS_METADATA_REQUEST)
                .getFunctionsMetadataRequest()
                .getFunctionAppDirectory())
        .isEqualTo("/srv/app");
    RpcFunctionMetadata metadata =
        metadata("hello").putProperties("worker_indexed", "True").build();

    worker.send(
        described(
            FunctionMetadataResponse.newBuilder()
                .addFunctionMetadataResults(metadata)
                .setResult(ScriptedWorker.success())));

    RpcFunctionMetadata loaded =
        worker.await(ContentCase.FUNCTION_LOAD_REQUEST).getFunctionLoadRequest().getMetadata();
    assertThat(loaded.toBuilder().clearBindings().build()).isEqualTo(metadata);
    assertThat(loaded.getBindingsOrThrow("req").getType()).isEqualTo("genericTrigger");
  }

  @Test
  void a_worker_can_leave_the_index_to_the_host() {
    AzureBench opened = open(AzureBench.choice().workerIndexing());
    ScriptedWorker worker = opened.start().init(Map.of());
    worker.await(ContentCase.FUNCTIONS_METADATA_REQUEST);

    worker.send(
        described(FunctionMetadataResponse.newBuilder().setUseDefaultMetadataIndexing(true)));

    worker.load();
    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void a_function_that_the_worker_could_not_index_fails_without_a_load() {
    AzureBench opened = open(AzureBench.choice().workerIndexing());
    Invocation invocation = opened.invoke();
    ScriptedWorker worker = opened.started().init(Map.of());
    worker.await(ContentCase.FUNCTIONS_METADATA_REQUEST);

    worker.send(
        described(
            FunctionMetadataResponse.newBuilder()
                .addFunctionMetadataResults(
                    metadata("hello").setStatus(failure("SyntaxError", "line 3")))
                .setResult(ScriptedWorker.success())));

    assertThat(errorOf(invocation))
        .contains("\"errorType\":\"SyntaxError\"", "\"errorMessage\":\"line 3\"");
    assertThat(worker.poll()).isNull();
  }

  @Test
  void a_function_that_is_not_in_the_index_is_named_beside_those_that_are() {
    AzureBench opened =
        open(
            AzureBench.choice()
                .functionName("goodbye")
                .hostFunctions(AzureBench.function("hello"), AzureBench.function("again")));
    Invocation invocation = opened.invoke();

    opened.started().init(Map.of());

    assertThat(errorOf(invocation))
        .contains("Function.Unknown", "The app has no function 'goodbye', but: again, hello");
  }

  @Test
  void an_app_without_functions_is_reported_with_the_last_errors_of_the_worker() {
    AzureBench opened = open(AzureBench.choice().hostFunctions());
    Invocation invocation = opened.invoke();
    ScriptedWorker worker = opened.started().start();
    worker.await(ContentCase.WORKER_INIT_REQUEST);
    worker.send(
        StreamingMessage.newBuilder()
            .setRpcLog(
                RpcLog.newBuilder()
                    .setLogCategory(RpcLog.RpcLogCategory.System)
                    .setLevel(RpcLog.Level.Error)
                    .setMessage("Cannot find module x")));

    worker.initialized(Map.of());

    assertThat(errorOf(invocation)).contains("has no functions", "Cannot find module x");
  }

  @Test
  void the_name_of_a_function_is_found_in_any_case() {
    AzureBench opened =
        open(
            AzureBench.choice()
                .functionName("HELLO")
                .hostFunctions(AzureBench.function("Hello"), AzureBench.function("other")));

    ScriptedWorker worker = opened.start().init(Map.of());

    assertThat(
            worker
                .await(ContentCase.FUNCTION_LOAD_REQUEST)
                .getFunctionLoadRequest()
                .getMetadata()
                .getName())
        .isEqualTo("Hello");
  }

  // ------------------------------------------------------------------ load

  @Test
  void a_load_that_fails_is_an_init_error_with_what_the_worker_says() {
    AzureBench opened = open();
    Invocation invocation = opened.invoke();
    ScriptedWorker worker = opened.started().init(Map.of());
    worker.await(ContentCase.FUNCTION_LOAD_REQUEST);

    worker.send(
        StreamingMessage.newBuilder()
            .setFunctionLoadResponse(
                FunctionLoadResponse.newBuilder()
                    .setFunctionId("id-hello")
                    .setResult(failure("", "ModuleNotFoundError: No module named 'x'"))));

    assertThat(errorOf(invocation))
        .contains(
            "\"errorType\":\"ModuleNotFoundError\"",
            "\"errorMessage\":\"ModuleNotFoundError: No module named 'x'\"",
            "\"stackTrace\":[\"at a\",\"at b\"]");
    opened.awaitCold();
  }

  @Test
  void all_functions_are_loaded_if_that_is_wanted() {
    AppFunction other = AzureBench.function("other");
    AzureBench opened =
        open(
            AzureBench.choice()
                .loadAll()
                .functionName("hello")
                .hostFunctions(other, AzureBench.function("hello")));
    ScriptedWorker worker = opened.start().init(Map.of());

    worker.load();
    worker.load();

    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void a_worker_that_wants_all_loads_at_once_gets_one_message() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.start().init(Map.of("SupportsLoadResponseCollection", "true"));
    List<FunctionLoadRequest> loads =
        worker
            .await(ContentCase.FUNCTION_LOAD_REQUEST_COLLECTION)
            .getFunctionLoadRequestCollection()
            .getFunctionLoadRequestsList();

    worker.send(
        StreamingMessage.newBuilder()
            .setFunctionLoadResponseCollection(
                FunctionLoadResponseCollection.newBuilder()
                    .addFunctionLoadResponses(
                        FunctionLoadResponse.newBuilder()
                            .setFunctionId(loads.getFirst().getFunctionId())
                            .setResult(ScriptedWorker.success()))));

    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void a_worker_that_does_not_load_in_time_is_given_up() {
    AzureBench opened = open();
    Invocation invocation = opened.invoke();
    opened.started().init(Map.of()).await(ContentCase.FUNCTION_LOAD_REQUEST);

    opened.time().advanceBy(Duration.ofMinutes(1));

    assertThat(failureOf(invocation).message())
        .isEqualTo("The worker did not load the function hello within 60 s");
  }
}
