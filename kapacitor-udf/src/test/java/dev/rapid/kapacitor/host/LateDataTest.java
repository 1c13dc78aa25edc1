package dev.rapid.kapacitor.host;

import static dev.rapid.kapacitor.host.AgentBench.errorOf;
import static dev.rapid.kapacitor.host.AgentBench.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.kapacitor.KapacitorSettings.LateData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Data that comes between two invocations (contract kapacitor-udf, section 9.2). */
@Timeout(60)
final class LateDataTest {

  private static final String ONE_POINT =
      """
      {"points": [], "completion": "count", "expect": {"points": 1}}\
      """;

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

  private AgentBench open(LateData rule) {
    return open(TestSettings.usual().lateData(rule));
  }

  @Test
  void late_data_is_attached_to_the_next_response() {
    AgentBench bench = open(LateData.ATTACH);
    ScriptedAgent agent = bench.ready();
    agent.send(ScriptedAgent.point(1));
    bench.received(1);

    Invocation invocation = bench.invoke(ONE_POINT);
    agent.send(ScriptedAgent.point(2));

    assertThat(resultOf(invocation))
        .startsWith("{\"late\":{\"points\":[{\"fields\":{\"value\":1.0}")
        .contains("\"received\":{\"batches\":0,\"points\":1}");
  }

  @Test
  void late_data_is_dropped_if_the_settings_say_so() {
    AgentBench bench = open(LateData.DROP);
    ScriptedAgent agent = bench.ready();
    agent.send(ScriptedAgent.point(1));
    bench.received(1);

    Invocation invocation = bench.invoke(ONE_POINT);
    agent.send(ScriptedAgent.point(2));

    assertThat(resultOf(invocation)).doesNotContain("late").doesNotContain("\"value\":1.0");
  }

  @Test
  void late_data_fails_the_next_invocation_alone_if_the_settings_say_so() {
    AgentBench bench = open(LateData.FAIL);
    ScriptedAgent agent = bench.ready();
    agent.send(ScriptedAgent.point(1));
    bench.received(1);

    Invocation failing = bench.invoke(ONE_POINT);
    assertThat(errorOf(failing)).contains("UDF.LateData").contains("1 points");
    bench.awaitIdle();
    Invocation next = bench.invoke(ONE_POINT);
    agent.send(ScriptedAgent.point(2));

    assertThat(resultOf(next)).contains("\"value\":2.0");
    assertThat(bench.processes().stops()).isEmpty();
  }

  @Test
  void late_data_has_a_limit() {
    AgentBench bench = open(LateData.ATTACH);
    ScriptedAgent agent = bench.ready();
    for (int i = 1; i <= 8; i++) {
      agent.send(ScriptedAgent.text("x".repeat(1024 * 1024)));
      bench.received(i);
    }

    Invocation invocation = bench.invoke(ONE_POINT);
    agent.send(ScriptedAgent.point(2));

    assertThat(resultOf(invocation)).doesNotContain("xxx");
  }

  @Test
  void data_of_the_other_type_is_taken_if_the_settings_say_so() {
    AgentBench bench = open(TestSettings.usual().anyEdgeType());
    ScriptedAgent agent = bench.ready();

    Invocation invocation = bench.invoke(ONE_POINT);
    agent.send(ScriptedAgent.begin(1), ScriptedAgent.point(5), ScriptedAgent.end());

    assertThat(resultOf(invocation)).contains("\"batches\":[{").contains("\"value\":5.0");
  }
}
