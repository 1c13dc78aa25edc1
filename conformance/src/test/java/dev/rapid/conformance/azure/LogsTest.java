package dev.rapid.conformance.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.RpcException;
import dev.rapid.azure.protocol.RpcLog;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.conformance.azure.fake.FakeWorker;
import dev.rapid.conformance.azure.fake.Messages;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What workers log, over the stream and on their console (check 25). */
@EnabledOnOs(OS.LINUX)
final class LogsTest {

  private static FakeFunctions functions;

  @BeforeAll
  static void start(@TempDir Path shared) {
    functions =
        FakeFunctions.at(shared)
            .function("text", Logs.class)
            .function("json", Logs.class, "log-format: JSON", "application-log-level: TRACE")
            .serve("--lazy-init");
  }

  @AfterAll
  static void end() {
    functions.close();
  }

  /** Logs in all ways. */
  static class Logs extends FakeWorker {
    @Override
    protected void invocation(InvocationRequest request) throws Exception {
      String id = request.getInvocationId();
      String[] words = request.getInputData(0).getData().getString().split(" ", 3);
      switch (words[0]) {
        case "user" ->
            send(
                Messages.log(
                    id, RpcLog.RpcLogCategory.User, RpcLog.Level.valueOf(words[1]), words[2]));
        case "outside" ->
            send(Messages.log("", RpcLog.RpcLogCategory.User, RpcLog.Level.Information, words[1]));
        case "foreign" ->
            send(
                Messages.log(
                    "unknown", RpcLog.RpcLogCategory.User, RpcLog.Level.Information, words[1]));
        case "system" ->
            send(
                Messages.log(
                    id, RpcLog.RpcLogCategory.System, RpcLog.Level.valueOf(words[1]), words[2]));
        case "thrown" -> {
          StreamingMessage.Builder log =
              Messages.log(id, RpcLog.RpcLogCategory.User, RpcLog.Level.Error, "it went wrong");
          log.getRpcLogBuilder()
              .setException(
                  RpcException.newBuilder()
                      .setType("KeyError")
                      .setMessage("key of the error")
                      .setStackTrace("at the place"));
          send(log);
        }
        case "metric" -> {
          StreamingMessage.Builder log =
              Messages.log(id, RpcLog.RpcLogCategory.CustomMetric, RpcLog.Level.Information, "");
          log.getRpcLogBuilder()
              .putPropertiesMap("Name", Messages.string(words[1]))
              .putPropertiesMap("Value", TypedData.newBuilder().setDouble(2.5).build())
              .putPropertiesMap("Color", Messages.string("blue"));
          send(log);
        }
        default -> {
          super.invocation(request);
          return;
        }
      }
      send(Messages.response(id, Messages.string(id)));
    }
  }

  private static String log(String function, String how) {
    return functions.result(function, "\"" + how + "\"").replace("\"", "");
  }

  private static String awaitLine(String... parts) {
    StringBuilder pattern = new StringBuilder();
    for (String part : parts) {
      pattern.append("(?=.*").append(Pattern.quote(part)).append(')');
    }
    return functions.rapid().awaitOutput(Pattern.compile(pattern.toString()));
  }

  @ParameterizedTest
  @CsvSource({
    "Trace, TRACE",
    "Debug, DEBUG",
    "Information, INFO",
    "Warning, WARN",
    "Error, ERROR",
    "Critical, FATAL"
  })
  void check_25_a_user_s_message_has_its_level_and_its_invocation(String level, String shown) {
    String id = log("json", "user " + level + " said at " + level);

    assertThat(awaitLine("said at " + level)).contains("\"" + shown + "\"").contains(id);
  }

  @Test
  void check_25_a_user_s_message_is_a_line_of_text() {
    String id = log("text", "user Warning plain words");

    assertThat(awaitLine("plain words")).contains("WARN").contains(id);
  }

  @Test
  void check_25_a_message_without_an_invocation_is_a_line_without_one() {
    String id = log("text", "outside lonely");
    String other = log("text", "foreign stranger");

    assertThat(awaitLine("lonely")).doesNotContain(id);
    assertThat(awaitLine("stranger")).doesNotContain(other);
  }

  @ParameterizedTest
  @CsvSource({"Trace", "Information", "Warning", "Error", "Critical"})
  void check_25_a_message_of_the_system_is_not_in_the_function_s_log(String level) {
    log("text", "system " + level + " secret of " + level);
    log("text", "user Information after " + level);

    awaitLine("after " + level);
    assertThat(functions.rapid().output()).doesNotContain("secret of " + level);
  }

  @Test
  void check_25_an_error_of_the_system_is_a_warning_of_rapid() {
    log("text", "system Error broken inside");

    functions.rapid().awaitMessage("broken inside");
  }

  @Test
  void check_25_an_exception_is_in_the_log() {
    log("text", "thrown");

    awaitLine("it went wrong");
    awaitLine("key of the error");
  }

  @Test
  void check_25_a_metric_is_a_record_in_the_log() {
    log("text", "metric Warmth");

    assertThat(awaitLine("Warmth", "_aws")).contains("blue").contains("2.5");
  }

  @Test
  void logs_come_before_the_report_of_their_invocation() {
    String id = log("text", "user Information in order");
    awaitLine("REPORT", id);

    List<String> lines = functions.rapid().output().lines().toList();
    int said = indexOf(lines, "in order");
    assertThat(said).isGreaterThan(indexOf(lines, "START RequestId: " + id));
    assertThat(said).isLessThan(indexOf(lines, "END RequestId: " + id));
  }

  private static int indexOf(List<String> lines, String part) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(part)) {
        return i;
      }
    }
    throw new AssertionError(part);
  }

  @Test
  void check_25_a_console_line_is_a_line_of_the_function() {
    log("text", "print words on the console");
    log("text", "complain error on the console");

    awaitLine("words on the console");
    awaitLine("error on the console");
  }

  @Test
  void check_25_a_console_line_of_the_worker_itself_is_not() {
    log("text", "print LanguageWorkerConsoleLog inner words");
    log("text", "print after the inner words");

    awaitLine("after the inner words");
    assertThat(functions.rapid().output().lines())
        .noneMatch(line -> line.endsWith("LanguageWorkerConsoleLog inner words"));
  }

  @Test
  void check_25_a_line_for_tools_keeps_its_prefix() {
    log("text", "print azfuncjsonlog:{}");

    awaitLine("azfuncjsonlog:{}");
  }
}
