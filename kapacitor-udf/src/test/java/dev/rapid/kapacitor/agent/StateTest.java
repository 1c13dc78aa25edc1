package dev.rapid.kapacitor.agent;

import static dev.rapid.kapacitor.agent.ScriptedHost.point;
import static dev.rapid.kapacitor.agent.ScriptedHost.restore;
import static dev.rapid.kapacitor.agent.ScriptedHost.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rapid.core.testing.Functions;
import dev.rapid.kapacitor.UdfSnapshot;
import dev.rapid.kapacitor.agent.AgentBench.Exposure;
import dev.rapid.kapacitor.agent.AgentBench.Use;
import dev.rapid.kapacitor.protocol.Response.MessageCase;
import dev.rapid.kapacitor.protocol.RestoreResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Snapshots and restores (contract kapacitor-udf, section 11.2). */
class StateTest {

  private static final String FUNCTION = Functions.aFunction().identity().name();

  @TempDir private Path directory;

  private static Exposure withSnapshots() {
    Exposure exposure = Exposure.streams();
    exposure.snapshots = true;
    return exposure;
  }

  @Test
  void without_snapshots_the_state_is_empty() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(snapshot());

      assertThat(use.host().receive().getSnapshot().getSnapshot()).isEqualTo(ByteString.EMPTY);
    }
  }

  @Test
  void a_snapshot_before_init_is_empty() throws Exception {
    try (AgentBench bench = new AgentBench(directory, withSnapshots())) {
      ScriptedHost host = bench.connect();
      host.send(snapshot());

      assertThat(host.receive().getSnapshot().getSnapshot()).isEqualTo(ByteString.EMPTY);
    }
  }

  @Test
  void a_snapshot_waits_for_the_results_of_earlier_data() throws Exception {
    try (AgentBench bench = new AgentBench(directory, withSnapshots())) {
      Use use = bench.use();
      use.sandbox().snapshot =
          CompletableFuture.completedFuture(new UdfSnapshot(FUNCTION, "s1", "d1"));
      use.host().send(point(1), snapshot());
      use.sandbox().returns(use.sandbox().next(), "{\"points\":[{\"time\":1,\"name\":\"out\"}]}");

      assertThat(use.host().receive().getMessageCase()).isEqualTo(MessageCase.POINT);
      assertThat(use.host().receive().getSnapshot().getSnapshot().toStringUtf8())
          .isEqualTo(
              "{\"v\":1,\"function\":\"%s\",\"snapshotId\":\"s1\",\"digest\":\"d1\"}"
                  .formatted(FUNCTION));
    }
  }

  @Test
  void a_failed_snapshot_repeats_the_last_good_one() throws Exception {
    try (AgentBench bench = new AgentBench(directory, withSnapshots())) {
      Use use = bench.use();
      use.host().send(snapshot());
      assertThat(use.host().receive().getSnapshot().getSnapshot()).isEqualTo(ByteString.EMPTY);
      use.sandbox().snapshot =
          CompletableFuture.completedFuture(new UdfSnapshot(FUNCTION, "s1", "d1"));
      use.host().send(snapshot());
      ByteString good = use.host().receive().getSnapshot().getSnapshot();
      use.sandbox().snapshot = CompletableFuture.failedFuture(new IllegalStateException("full"));
      use.host().send(snapshot());

      assertThat(use.host().receive().getSnapshot().getSnapshot()).isEqualTo(good);
    }
  }

  @Test
  void a_restore_continues_from_the_snapshot_that_the_state_names() throws Exception {
    try (AgentBench bench = new AgentBench(directory, withSnapshots())) {
      Use use = bench.use();
      UdfSnapshot snapshot = new UdfSnapshot(FUNCTION, "s1", "d1");
      use.host().send(restore(SnapshotDescriptor.write(snapshot)));

      assertThat(use.host().receive().getRestore().getSuccess()).isTrue();
      assertThat(use.sandbox().restored).isEqualTo(snapshot);
    }
  }

  @Test
  void a_restore_that_fails_gives_its_reason() throws Exception {
    try (AgentBench bench = new AgentBench(directory, withSnapshots())) {
      Use use = bench.use();
      use.sandbox().restore = CompletableFuture.completedFuture("there is no snapshot s1");
      use.host().send(restore(SnapshotDescriptor.write(new UdfSnapshot(FUNCTION, "s1", "d1"))));

      assertThat(use.host().receive().getRestore().getError()).isEqualTo("there is no snapshot s1");
    }
  }

  @Test
  void an_empty_state_is_restored_without_the_sandbox() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(restore(ByteString.EMPTY));

      assertThat(use.host().receive().getRestore().getSuccess()).isTrue();
      assertThat(use.sandbox().restored).isNull();
    }
  }

  @Test
  void a_state_for_a_function_without_snapshots_is_refused() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();
      use.host().send(restore(ByteString.copyFromUtf8("{}")));

      assertThat(use.host().receive().getRestore().getError())
          .isEqualTo("The function does not use snapshots");
    }
  }

  @Test
  void a_restore_before_init_is_refused() throws Exception {
    try (AgentBench bench = new AgentBench(directory, withSnapshots())) {
      ScriptedHost host = bench.connect();
      host.send(restore(ByteString.EMPTY));

      assertThat(host.receive().getRestore().getError())
          .isEqualTo("Restore came before an Init that succeeded");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gob              | The snapshot is none of Rapid's: ",
        "{\"v\":2}        | The snapshot has the version 2, but Rapid reads version 1",
        "[]               | The snapshot has the version ",
        "{\"v\":1}        | The snapshot has no function",
        "{\"v\":1,\"function\":\"f\",\"snapshotId\":\"s\"}  | The snapshot has no digest",
        "{\"v\":1,\"function\":\"f\",\"snapshotId\":\"s\",\"digest\":\"d\"}"
            + " | The snapshot is of the function \"f\", not of this one"
      })
  void a_state_that_is_none_of_the_function_is_refused(String state, String reason)
      throws Exception {
    try (AgentBench bench = new AgentBench(directory, withSnapshots())) {
      Use use = bench.use();
      use.host().send(restore(ByteString.copyFromUtf8(state)));

      RestoreResponse answer = use.host().receive().getRestore();
      assertThat(answer.getSuccess()).isFalse();
      assertThat(answer.getError()).startsWith(reason);
    }
  }
}
