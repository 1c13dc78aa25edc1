package dev.rapid.conformance.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.azure.protocol.FunctionLoadRequest;
import dev.rapid.azure.protocol.FunctionMetadataResponse;
import dev.rapid.azure.protocol.FunctionsMetadataRequest;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.RpcFunctionMetadata;
import dev.rapid.azure.protocol.RpcLog;
import dev.rapid.azure.protocol.StatusResult;
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
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** From the first message until a function is loaded (checks 3, 4, 7, 8, 9 and 21). */
@EnabledOnOs(OS.LINUX)
final class InitTest {

  /** How many sandboxes of the function are initialised now; a regular expression. */
  private static final String INITIALIZING_BAD_LOAD =
      "rapid_sandboxes\\{function=\"bad-load\",phase=\"Initializing\"\\}";

  private static FakeFunctions functions;

  @BeforeAll
  static void start(@TempDir Path shared) {
    FakeFunctions.Setup setup =
        FakeFunctions.at(shared)
            .function("early", LogsEarly.class)
            .function("no-init-status", NoInitStatus.class)
            .function("no-load-status", NoLoadStatus.class)
            .function("no-status", NoStatus.class)
            .function("cancelled", CancelsInit.class)
            .function("silent-start", SilentStart.class, "azure.timers: {startup: 1s}")
            .function("silent-init", SilentInit.class, "azure.timers: {init: 1s}")
            .function("silent-load", SilentLoad.class, "azure.timers: {load: 1s}")
            .indexed("silent-index", SilentIndex.class, "azure.timers: {metadata: 1s}")
            .indexed("index", Indexes.class, "azure.functionName: first")
            .indexed("failed-entry", Indexes.class, "azure.functionName: broken")
            .indexed("absent", Indexes.class, "azure.functionName: nothing")
            .indexed("all", Indexes.class, "azure.functionName: first", "azure.loadAll: true")
            .indexed("collection", TakesCollections.class, "azure.functionName: first")
            .indexed("nothing", FindsNothing.class)
            .function("bad-load", FailsToLoad.class)
            .function("files", FakeWorker.class)
            .function("warm", WarmsUp.class)
            .function("cold", FailsToWarmUp.class);
    Path byFiles = shared.resolve("apps/by-files");
    FakeFunctions.write(byFiles.resolve("host.json"), "{\"version\": \"2.0\"}");
    FakeFunctions.write(byFiles.resolve("by-files/index.js"), "");
    FakeFunctions.write(
        byFiles.resolve("by-files/function.json"), "{\"bindings\": [" + FakeFunctions.QUEUE + "]}");
    setup.described(
        "by-files",
        "command: "
            + FakeFunctions.flow(
                FakeProgram.command(AsksForFiles.class, FakeFunctions.traces(shared, "by-files"))),
        byFiles,
        "azure.indexing: worker");
    functions = setup.serve("--lazy-init");
  }

  @AfterAll
  static void end() {
    functions.close();
  }

  /** Logs before it answers the init. */
  static class LogsEarly extends FakeWorker {
    @Override
    protected void init(WorkerInitRequest request) {
      send(log(RpcLog.RpcLogCategory.User, "early of the user"));
      send(log(RpcLog.RpcLogCategory.System, "early of the system"));
      super.init(request);
    }

    private static StreamingMessage.Builder log(RpcLog.RpcLogCategory category, String text) {
      return Messages.log("", category, RpcLog.Level.Information, text);
    }
  }

  @Test
  void check_03_logs_before_the_answer_of_the_init_do_not_disturb_it() {
    assertThat(functions.result("early", "\"hello\"")).isEqualTo("\"hello\"");

    functions.rapid().awaitOutput("early of the user");
    assertThat(functions.rapid().output()).doesNotContain("early of the system");
  }

  /** Answers the init without saying how it went. */
  static class NoInitStatus extends FakeWorker {
    @Override
    protected void init(WorkerInitRequest request) {
      send(Messages.initResponse(StatusResult.getDefaultInstance(), capabilities()));
    }
  }

  /** Answers the load without saying how it went. */
  static class NoLoadStatus extends FakeWorker {
    @Override
    protected void load(FunctionLoadRequest request) {
      send(Messages.loadResponse(request.getFunctionId(), StatusResult.getDefaultInstance()));
    }
  }

  /** Answers an invocation without saying how it went. */
  static class NoStatus extends FakeWorker {
    @Override
    protected void invocation(InvocationRequest request) {
      send(Messages.response(request.getInvocationId(), StatusResult.getDefaultInstance()));
    }
  }

  @Test
  void check_04_an_init_without_a_status_has_failed() {
    assertThat(functions.error("no-init-status", "\"hello\"")).contains("\"Runtime.Unknown\"");
    assertThat(functions.latest("no-init-status").messageCounts())
        .containsOnlyKeys("WORKER_INIT_REQUEST");
  }

  @Test
  void check_04_a_load_without_a_status_has_failed() {
    assertThat(functions.error("no-load-status", "\"hello\"")).contains("errorMessage");
    assertThat(functions.latest("no-load-status").messageCounts())
        .doesNotContainKey("INVOCATION_REQUEST");
  }

  @Test
  void check_04_an_invocation_without_a_status_has_failed() {
    assertThat(functions.error("no-status", "\"hello\""))
        .contains("\"Function.Unknown\"")
        .contains("Function failed without a message");
  }

  /** Does not want to begin. */
  static class CancelsInit extends FakeWorker {
    @Override
    protected void init(WorkerInitRequest request) {
      send(Messages.initResponse(Messages.cancelled("not today"), capabilities()));
    }
  }

  @Test
  void a_cancelled_init_has_failed() {
    assertThat(functions.error("cancelled", "\"hello\""))
        .contains("\"Runtime.Unknown\"")
        .contains("not today");
  }

  /** Never says who it is. */
  static class SilentStart extends FakeWorker {
    @Override
    protected void start() {
      sleepForever();
    }
  }

  /** Never answers the init. */
  static class SilentInit extends FakeWorker {
    @Override
    protected void init(WorkerInitRequest request) {}
  }

  /** Never answers a load. */
  static class SilentLoad extends FakeWorker {
    @Override
    protected void load(FunctionLoadRequest request) {}
  }

  /** Never answers which functions there are. */
  static class SilentIndex extends FakeWorker {
    @Override
    protected void metadata(FunctionsMetadataRequest request) {}
  }

  private static void assertTimedOut(String function, int seconds) {
    assertThat(functions.error(function, "\"hello\""))
        .contains("\"Sandbox.Timedout\"")
        .contains("did not")
        .contains(seconds + " s");
    functions.traces(function).forEach(FakeFunctions::awaitEnd);
  }

  @Test
  void a_worker_that_does_not_say_who_it_is_in_time_is_ended() {
    assertTimedOut("silent-start", 1);
  }

  @Test
  void a_worker_that_does_not_answer_the_init_in_time_is_ended() {
    assertTimedOut("silent-init", 1);
  }

  @Test
  void a_worker_that_does_not_load_in_time_is_ended() {
    assertTimedOut("silent-load", 1);
  }

  @Test
  void a_worker_that_does_not_say_its_functions_in_time_is_ended() {
    assertTimedOut("silent-index", 1);
  }

  /** Has two functions and one that it could not index, in the style of the Python worker. */
  static class Indexes extends FakeWorker {
    @Override
    protected List<RpcFunctionMetadata> functions() {
      return List.of(
          function("first")
              .addRawBindings("{\"name\": \"out\", \"type\": \"queue\", \"direction\": \"OUT\"}")
              .addRawBindings(
                  "{\"name\": \"item\", \"type\": \"queueTrigger\", \"direction\": \"IN\","
                      + " \"dataType\": \"STRING\"}")
              .build(),
          function("second").addRawBindings(FakeFunctions.QUEUE).build(),
          function("broken")
              .addRawBindings(FakeFunctions.QUEUE)
              .setStatus(Messages.failure("ImportError", "no module named x", "File one\nFile two"))
              .build());
    }

    private static RpcFunctionMetadata.Builder function(String name) {
      return RpcFunctionMetadata.newBuilder()
          .setName(name)
          .setFunctionId("id of " + name)
          .setDirectory("somewhere")
          .setScriptFile("function_app.py")
          .setEntryPoint(name)
          .setLanguage("python")
          .putProperties("worker_indexed", "True");
    }
  }

  @Test
  void check_07_a_function_that_the_worker_found_is_loaded_as_the_worker_described_it() {
    assertThat(functions.result("index", "\"hello\""))
        .isEqualTo("{\"returnValue\":\"hello\",\"outputs\":{\"out\":null}}");

    Trace trace = functions.only("index");
    assertThat(trace.messageCounts())
        .containsEntry("FUNCTIONS_METADATA_REQUEST", 1)
        .containsEntry("FUNCTION_LOAD_REQUEST", 1);
    FunctionLoadRequest load =
        trace.messages().stream()
            .filter(StreamingMessage::hasFunctionLoadRequest)
            .map(StreamingMessage::getFunctionLoadRequest)
            .findFirst()
            .orElseThrow();
    assertThat(load.getFunctionId()).isEqualTo("id of first");
    RpcFunctionMetadata metadata = load.getMetadata();
    assertThat(metadata.getName()).isEqualTo("first");
    assertThat(metadata.getDirectory()).isEqualTo("somewhere");
    assertThat(metadata.getScriptFile()).isEqualTo("function_app.py");
    assertThat(metadata.getEntryPoint()).isEqualTo("first");
    assertThat(metadata.getPropertiesMap()).containsEntry("worker_indexed", "True");
    assertThat(metadata.getBindingsMap()).containsOnlyKeys("item", "out");
    assertThat(metadata.getBindingsOrThrow("item"))
        .satisfies(binding -> {
          assertThat(binding.getType()).isEqualTo("queueTrigger");
          assertThat(binding.getDirection().name()).isEqualTo("in");
          assertThat(binding.getDataType().name()).isEqualTo("string");
        });
    assertThat(metadata.getBindingsOrThrow("out").getDirection().name()).isEqualTo("out");
  }

  @Test
  void check_07_a_function_that_could_not_be_indexed_fails_and_is_not_sent() {
    assertThat(functions.error("failed-entry", "\"hello\""))
        .contains("\"ImportError\"")
        .contains("no module named x")
        .contains("File one", "File two");
    assertThat(functions.latest("failed-entry").messageCounts())
        .doesNotContainKey("INVOCATION_REQUEST");
  }

  @Test
  void a_function_that_is_not_in_the_index_is_named_beside_those_that_are() {
    assertThat(functions.error("absent", "\"hello\""))
        .contains("\"Function.Unknown\"")
        .contains("nothing")
        .contains("first", "second", "broken");
  }

  @Test
  void all_functions_of_an_app_are_loaded_if_the_user_wants_it() {
    functions.result("all", "\"hello\"");

    assertThat(
            functions.only("all").messages().stream()
                .filter(StreamingMessage::hasFunctionLoadRequest)
                .map(message -> message.getFunctionLoadRequest().getFunctionId()))
        .contains("id of first", "id of second");
  }

  /** Takes all loads in one message. */
  static class TakesCollections extends Indexes {
    @Override
    protected Map<String, String> capabilities() {
      return Map.of("SupportsLoadResponseCollection", "true");
    }
  }

  @Test
  void loads_are_one_message_for_a_worker_that_takes_collections() {
    functions.result("collection", "\"hello\"");

    assertThat(functions.only("collection").messageCounts())
        .containsEntry("FUNCTION_LOAD_REQUEST_COLLECTION", 1)
        .doesNotContainKey("FUNCTION_LOAD_REQUEST");
  }

  /** Has no functions, and logs why, as the Node worker does. */
  static class FindsNothing extends FakeWorker {
    @Override
    protected List<RpcFunctionMetadata> functions() {
      send(
          Messages.log(
              "", RpcLog.RpcLogCategory.System, RpcLog.Level.Error, "the entry file threw"));
      return List.of();
    }
  }

  @Test
  void an_app_without_functions_fails_with_the_worker_s_last_errors() {
    assertThat(functions.error("nothing", "\"hello\""))
        .contains("\"Function.Unknown\"")
        .contains("the entry file threw");
  }

  /** Leaves the indexing to the host. */
  static class AsksForFiles extends FakeWorker {
    @Override
    protected void metadata(FunctionsMetadataRequest request) {
      send(
          StreamingMessage.newBuilder()
              .setFunctionMetadataResponse(
                  FunctionMetadataResponse.newBuilder()
                      .setResult(Messages.SUCCESS)
                      .setUseDefaultMetadataIndexing(true)));
    }
  }

  @Test
  void check_07_a_worker_that_does_not_index_leaves_it_to_the_host() {
    assertThat(functions.result("by-files", "\"hello\"")).isEqualTo("\"hello\"");
    assertThat(functions.only("by-files").messageCounts())
        .containsEntry("FUNCTIONS_METADATA_REQUEST", 1)
        .containsEntry("FUNCTION_LOAD_REQUEST", 1);
  }

  @Test
  void check_08_a_function_is_loaded_as_its_file_describes_it() {
    functions.result("files", "\"hello\"");

    FunctionLoadRequest load =
        functions.only("files").messages().stream()
            .filter(StreamingMessage::hasFunctionLoadRequest)
            .map(StreamingMessage::getFunctionLoadRequest)
            .findFirst()
            .orElseThrow();
    Path directory = functions.app("files").resolve("files");
    assertThat(load.getFunctionId()).satisfies(UUID::fromString);
    assertThat(load.getMetadata().getName()).isEqualTo("files");
    assertThat(load.getMetadata().getDirectory()).isEqualTo(directory.toString());
    assertThat(load.getMetadata().getScriptFile()).isEqualTo(directory.resolve("run.txt") + "");
    assertThat(load.getMetadata().getEntryPoint()).isEmpty();
    assertThat(load.getMetadata().getBindingsOrThrow("item").getType()).isEqualTo("queueTrigger");
  }

  @Test
  void the_init_says_where_the_app_is_and_what_host_this_is() {
    functions.result("files", "\"hello\"");

    WorkerInitRequest init = functions.only("files").messages().getFirst().getWorkerInitRequest();
    assertThat(init.getHostVersion()).matches("[0-9]+(\\.[0-9]+)+");
    assertThat(init.getFunctionAppDirectory()).isEqualTo(functions.app("files").toString());
  }

  /** Cannot load its function. */
  static class FailsToLoad extends FakeWorker {
    @Override
    protected void load(FunctionLoadRequest request) {
      send(
          Messages.loadResponse(
              request.getFunctionId(),
              Messages.failure("SyntaxError", "line 7 is wrong", "at seven\nat six")));
    }
  }

  @Test
  void check_09_a_failed_load_is_the_error_of_each_invocation_and_nothing_is_sent() {
    for (int i = 0; i < 2; i++) {
      // What waits at the end of an init that failed repeatedly fails with it.
      await().until(() -> functions.rapid().metric(INITIALIZING_BAD_LOAD) == 0);
      assertThat(functions.error("bad-load", "\"hello\""))
          .contains("\"SyntaxError\"")
          .contains("line 7 is wrong")
          .contains("at seven", "at six");
    }
    assertThat(functions.traces("bad-load"))
        .allSatisfy(
            trace -> assertThat(trace.messageCounts()).doesNotContainKey("INVOCATION_REQUEST"));
  }

  /** Wants to be warmed up. */
  static class WarmsUp extends FakeWorker {
    @Override
    protected Map<String, String> capabilities() {
      return Map.of("HandlesWorkerWarmupMessage", "true");
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
  void a_cold_start_does_not_warm_up() {
    functions.result("warm", "\"hello\"");
    functions.result("cold", "\"hello\"");

    assertThat(functions.only("warm").messageCounts()).doesNotContainKey("WORKER_WARMUP_REQUEST");
  }
}
