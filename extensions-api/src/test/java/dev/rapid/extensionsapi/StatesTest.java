package dev.rapid.extensionsapi;

import static dev.rapid.extensionsapi.ExtensionsFixture.EXIT_ERROR;
import static dev.rapid.extensionsapi.ExtensionsFixture.INIT_ERROR;
import static dev.rapid.extensionsapi.ExtensionsFixture.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import dev.rapid.extensionsapi.ExtensionsFixture.Caller;
import dev.rapid.http.testing.WireAnswer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every call in every state (contract runtime-extensions-telemetry, sections 2.2 and 2.3); a dash
 * stands for a refusal.
 */
final class StatesTest extends ExtensionsApiTest {

  private static final String REFUSED = "-";

  /** Brings an extension into a state, in an environment that has it and {@code other.sh}. */
  private static Caller in(ExtensionState state, ExtensionsFixture api, String name) {
    if (state == ExtensionState.EXITED || state == ExtensionState.SHUTDOWN_FAILED) {
      return ended(state, api, name);
    }
    Caller extension = api.register(name, "INVOKE");
    switch (state) {
      case REGISTERED -> {}
      case READY -> extension.poll();
      case RUNNING -> {
        if (!name.equals("other.sh")) {
          api.register("other.sh").poll();
        }
        extension.poll();
        api.runtimePolls();
        api.invoke();
        extension.receive();
      }
      case INIT_ERROR -> assertAccepted(extension.report(INIT_ERROR, "E"));
      case EXIT_ERROR -> assertAccepted(extension.report(EXIT_ERROR, "E"));
      case STARTED, LAUNCH_ERROR, EXITED, SHUTDOWN_FAILED -> throw new AssertionError(state);
    }
    assertThat(api.state(name)).isEqualTo(state);
    return extension;
  }

  /** The process of the extension ends during a shutdown that {@code other.sh} delays. */
  private static Caller ended(ExtensionState state, ExtensionsFixture api, String name) {
    Caller extension = api.register(name, "SHUTDOWN");
    api.register("other.sh", "SHUTDOWN").poll();
    extension.poll();
    api.runtimePolls();
    api.shutDown();
    extension.receive();
    int status = state == ExtensionState.EXITED ? 0 : 1;
    api.processes().exitExtension(name, new ProcessExit.Exited(status));
    assertThat(api.state(name)).isEqualTo(state);
    return extension;
  }

  // ------------------------------------------------------------------ the tables

  private static final String[] CALLS = {"register", "event/next", "init/error", "exit/error"};

  private static final String EXTERNAL =
      """
      REGISTERED       -  READY  INIT_ERROR  EXIT_ERROR
      READY            -  -      -           EXIT_ERROR
      RUNNING          -  READY  -           EXIT_ERROR
      INIT_ERROR       -  -      INIT_ERROR  -
      EXIT_ERROR       -  -      -           EXIT_ERROR
      EXITED           -  -      -           -
      SHUTDOWN_FAILED  -  -      -           -
      """;

  private static final String INTERNAL =
      """
      REGISTERED       READY  INIT_ERROR  EXIT_ERROR
      READY            -      -           EXIT_ERROR
      RUNNING          READY  -           EXIT_ERROR
      INIT_ERROR       -      INIT_ERROR  -
      EXIT_ERROR       -      -           EXIT_ERROR
      """;

  static Stream<Arguments> external() {
    return cells(EXTERNAL, List.of(CALLS));
  }

  static Stream<Arguments> internal() {
    return cells(INTERNAL, List.of(CALLS).subList(1, CALLS.length));
  }

  /** Returns a state, a call, and the state afterwards or a dash for each cell of a table. */
  private static Stream<Arguments> cells(String table, List<String> calls) {
    return table
        .lines()
        .map(line -> List.of(line.split(" +")))
        .flatMap(row ->
            IntStream.range(0, calls.size())
                .mapToObj(i -> Arguments.of(row.getFirst(), calls.get(i), row.get(i + 1))));
  }

  @ParameterizedTest
  @MethodSource("external")
  void an_external_extension_follows_the_table(ExtensionState state, String call, String after) {
    follow(start("logger.sh", "other.sh"), "logger.sh", state, call, after);
  }

  @ParameterizedTest
  @MethodSource("internal")
  void an_internal_extension_follows_the_table(ExtensionState state, String call, String after) {
    follow(start("other.sh"), "internal", state, call, after);
  }

  private static void follow(
      ExtensionsFixture api, String name, ExtensionState state, String call, String after) {
    Caller extension = in(state, api, name);
    boolean refused = after.equals(REFUSED);
    if (call.equals("event/next") && !refused) {
      extension.poll();
      return;
    }

    WireAnswer answer = call(extension, call);

    if (refused) {
      String subject = call.equals("register") ? name : extension.id();
      assertJson(answer, 403, transition(state.wireName(), targetOf(call), subject));
    } else {
      assertAccepted(answer);
    }
    assertThat(api.state(name)).isEqualTo(refused ? state : ExtensionState.valueOf(after));
  }

  private static WireAnswer call(Caller extension, String call) {
    return switch (call) {
      case "register" -> extension.tryRegister();
      case "event/next" -> extension.tryPoll();
      case "init/error" -> extension.report(INIT_ERROR, "E");
      case "exit/error" -> extension.report(EXIT_ERROR, "E");
      default -> throw new AssertionError(call);
    };
  }

  private static String targetOf(String call) {
    return switch (call) {
      case "register" -> "Registered";
      case "event/next" -> "Ready";
      case "init/error" -> "InitError";
      case "exit/error" -> "Exited";
      default -> throw new AssertionError(call);
    };
  }

  // ------------------------------------------------------------------ before the identifier

  @Test
  void an_external_extension_that_was_started_may_register() {
    ExtensionsFixture api = start("logger.sh", "other.sh");
    assertThat(api.state("logger.sh")).isEqualTo(ExtensionState.STARTED);

    assertThat(api.tryRegister("logger.sh").status()).isEqualTo(200);

    assertThat(api.state("logger.sh")).isEqualTo(ExtensionState.REGISTERED);
  }

  @Test
  void an_external_extension_that_could_not_be_launched_may_not_register() {
    ExtensionsFixture api = start("logger.sh", "other.sh");
    api.processes()
        .failNextStart(new StartFailure(StartFailure.Kind.PERMISSION_DENIED, "permission denied"));
    restart(api);
    assertThat(api.state("logger.sh")).isEqualTo(ExtensionState.LAUNCH_ERROR);

    assertJson(
        api.tryRegister("logger.sh"), 403, transition("LaunchError", "Registered", "logger.sh"));
  }

  /** Ends the generation that runs and starts the next one. */
  private static void restart(ExtensionsFixture api) {
    api.processes().exitExtension("other.sh", new ProcessExit.Exited(1));
    api.processes().gone();
    api.invoke();
  }
}
