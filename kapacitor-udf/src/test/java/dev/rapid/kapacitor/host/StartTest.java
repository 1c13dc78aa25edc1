package dev.rapid.kapacitor.host;

import static dev.rapid.kapacitor.host.AgentBench.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import dev.rapid.kapacitor.UdfOption;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.protocol.EdgeType;
import dev.rapid.kapacitor.protocol.InitRequest;
import dev.rapid.kapacitor.protocol.Request.MessageCase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How an agent comes up, or does not (contract kapacitor-udf, section 8.1). */
@Timeout(60)
final class StartTest {

  private static final String NOTHING = "{\"points\": []}";

  private @Nullable AgentBench opened;

  @AfterEach
  void closeBench() {
    if (opened != null) {
      opened.close();
    }
  }

  private AgentBench open(TestSettings settings) {
    AgentBench bench = AgentBench.open(settings.build());
    opened = bench;
    return bench;
  }

  private AgentBench open() {
    return open(TestSettings.usual());
  }

  @Test
  void an_agent_is_asked_what_it_is_and_initialised_as_a_node_of_a_task() {
    InitRequest init = open().start().start(EdgeType.STREAM, EdgeType.STREAM);

    assertThat(init.getTaskID()).isEqualTo("average");
    assertThat(init.getNodeID()).isEqualTo("udf1");
    assertThat(init.getOptionsList()).isEmpty();
  }

  @Test
  void an_agent_of_the_old_schema_gets_no_ids() {
    InitRequest init =
        open(TestSettings.usual().schema(UdfSchema.SEED))
            .start()
            .start(EdgeType.STREAM, EdgeType.STREAM);

    assertThat(init).isEqualTo(InitRequest.getDefaultInstance());
  }

  @Test
  void an_option_that_the_agent_does_not_have_ends_the_init_before_it_is_sent() {
    AgentBench bench =
        open(TestSettings.usual().options(List.of(new UdfOption("field", List.of()))));
    Invocation invocation = bench.invoke(NOTHING);
    ScriptedAgent agent = bench.awaitAgent(1);
    agent.await(MessageCase.INFO);

    agent.send(ScriptedAgent.info(EdgeType.STREAM, EdgeType.STREAM));

    assertThat(errorOf(invocation)).contains("UDF.InvalidOptions").contains("field");
    agent.awaitEnd();
  }

  @Test
  void what_an_agent_says_of_its_failed_init_is_the_error() {
    AgentBench bench = open();
    Invocation invocation = bench.invoke(NOTHING);
    ScriptedAgent agent = bench.awaitAgent(1);
    agent.await(MessageCase.INFO);
    agent.send(ScriptedAgent.info(EdgeType.STREAM, EdgeType.STREAM));
    agent.await(MessageCase.INIT);

    agent.send(ScriptedAgent.initFailed("must supply field"));

    assertThat(errorOf(invocation)).contains("UDF.InitFailed").contains("must supply field");
    bench.awaitCold();
  }

  @Test
  void an_agent_that_ends_before_it_says_what_it_is_fails_with_its_status_and_its_log() {
    AgentBench bench = open();
    Invocation invocation = bench.invoke(NOTHING);
    bench.awaitAgent(1).await(MessageCase.INFO);
    bench.log("no module named kapacitor");

    bench.exit(new ProcessExit.Exited(3));

    assertThat(errorOf(invocation))
        .contains("UDF.InfoFailed")
        .contains("exit status 3")
        .contains("no module named kapacitor");
    bench.awaitCold();
  }

  @Test
  void an_agent_that_ends_in_its_init_fails_with_its_status() {
    AgentBench bench = open();
    Invocation invocation = bench.invoke(NOTHING);
    ScriptedAgent agent = bench.awaitAgent(1);
    agent.await(MessageCase.INFO);
    agent.send(ScriptedAgent.info(EdgeType.STREAM, EdgeType.STREAM));
    agent.await(MessageCase.INIT);

    bench.exit(new ProcessExit.Exited(0));

    assertThat(errorOf(invocation)).contains("UDF.InitFailed").contains("exit status 0");
  }

  @Test
  void a_program_that_is_missing_is_a_failed_start() {
    AgentBench bench = open();
    bench
        .processes()
        .failNextStart(
            new StartFailure(StartFailure.Kind.INVALID_ENTRYPOINT, "no such file: agent"));

    Invocation invocation = bench.invoke(NOTHING);

    assertThat(errorOf(invocation)).contains("UDF.StartFailed").contains("no such file: agent");
    bench.awaitCold();
  }

  @Test
  void an_agent_that_takes_too_long_to_come_up_is_ended() {
    AgentBench bench = open(TestSettings.usual().initTimeout(Duration.ofSeconds(5)));
    Invocation invocation = bench.invoke(NOTHING);
    bench.awaitAgent(1).await(MessageCase.INFO);

    bench.time().advanceBy(Duration.ofSeconds(5));

    assertThat(errorOf(invocation)).contains("UDF.InfoFailed").contains("5000 ms");
  }

  @Test
  void short_text_before_the_first_frame_is_shown_when_the_time_is_over() {
    AgentBench bench = open(TestSettings.usual().initTimeout(Duration.ofSeconds(5)));
    Invocation invocation = bench.invoke(NOTHING);
    ScriptedAgent agent = bench.awaitAgent(1);
    agent.await(MessageCase.INFO);
    agent.sendBytes("hello\n".getBytes(StandardCharsets.UTF_8));
    bench.awaitIncompleteFrame();

    bench.time().advanceBy(Duration.ofSeconds(5));

    assertThat(errorOf(invocation))
        .contains("UDF.InfoFailed")
        .contains("5000 ms")
        .contains("hello")
        .contains("looks like text")
        .contains("print to stderr");
  }

  @Test
  void data_of_an_agent_that_is_not_initialised_is_an_error() {
    AgentBench bench = open();
    Invocation invocation = bench.invoke(NOTHING);
    ScriptedAgent agent = bench.awaitAgent(1);
    agent.await(MessageCase.INFO);

    agent.send(ScriptedAgent.point(1));

    assertThat(errorOf(invocation)).contains("UDF.InfoFailed").contains("before it was init");
  }

  @Test
  void a_separate_process_is_asked_what_the_agent_is_if_the_settings_say_so() {
    AgentBench bench = open(TestSettings.usual().separateInfoProbe());
    ScriptedAgent probe = bench.start();
    probe.await(MessageCase.INFO);
    probe.send(ScriptedAgent.info(EdgeType.STREAM, EdgeType.STREAM));
    probe.awaitEnd();
    bench.exit(new ProcessExit.Exited(0));

    ScriptedAgent agent = bench.awaitAgent(2);
    agent.await(MessageCase.INIT);
    agent.send(ScriptedAgent.initialised());

    bench.awaitServing();
    assertThat(bench.processes().alive()).containsExactly(1);
  }

  @Test
  void a_separate_process_that_fails_is_a_failed_init() {
    AgentBench bench = open(TestSettings.usual().separateInfoProbe());
    Invocation invocation = bench.invoke(NOTHING);
    bench.awaitAgent(1).await(MessageCase.INFO);

    bench.exit(new ProcessExit.Exited(7));

    assertThat(errorOf(invocation)).contains("UDF.InfoFailed").contains("exit status 7");
    bench.awaitCold();
  }
}
