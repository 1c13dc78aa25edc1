package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rapid.conformance.Answer;
import dev.rapid.conformance.Command;
import dev.rapid.conformance.Http;
import dev.rapid.conformance.Rapid;
import dev.rapid.conformance.kapacitor.scripted.Requests;
import dev.rapid.conformance.kapacitor.scripted.ScriptedHost;
import dev.rapid.conformance.kapacitor.scripted.Trace;
import dev.rapid.kapacitor.protocol.EdgeType;
import dev.rapid.kapacitor.protocol.InfoResponse;
import dev.rapid.kapacitor.protocol.InitResponse;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response.MessageCase;
import dev.rapid.kapacitor.protocol.ValueType;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A function as a user-defined function: what a host gets that behaves as Kapacitor does. */
@EnabledOnOs(OS.LINUX)
final class UdfTest {

  private static Udfs udfs;

  @BeforeAll
  static void start(@TempDir Path directory) {
    udfs =
        Udfs.at(directory)
            .function("stream", "udf.streamMaxPoints: 3", "udf.streamMaxWait: 20ms")
            .function("large", "udf.streamMaxPoints: 1000", "udf.streamMaxWait: 3600s")
            .function(
                "batch", "udf.wants: batch", "udf.provides: batch", "function.concurrency: 60")
            .function("probed", "udf.options: {field: [STRING], size: [INT]}")
            .function("options", "udf.options: {field: [STRING], size: [INT]}")
            .function("broken", "at-start=exit 1")
            .serve();
  }

  @AfterAll
  static void end() {
    udfs.close();
  }

  // ------------------------------------------------------------------- info probe

  @Test
  void k17_an_info_probe_gets_an_answer_and_its_end_without_a_sandbox() {
    try (ScriptedHost host = udfs.connect("probed")) {
      InfoResponse info = host.info();
      host.endInput().awaitEnd();

      assertThat(info.getWants()).isEqualTo(EdgeType.STREAM);
      assertThat(info.getProvides()).isEqualTo(EdgeType.STREAM);
      assertThat(info.getOptionsMap().keySet()).containsExactlyInAnyOrder("field", "size");
      assertThat(info.getOptionsOrThrow("size").getValueTypesList()).containsExactly(ValueType.INT);
    }
    assertThat(udfs.trace("probed").processes()).isEmpty();
  }

  @Test
  void k17_info_and_use_may_be_on_one_connection() {
    try (ScriptedHost host = udfs.connect("batch")) {
      assertThat(host.info().getWants()).isEqualTo(EdgeType.BATCH);
      host.use().write(Requests.batch(1, 2)).await(MessageCase.END, 1);

      assertThat(host.values()).containsExactly(1.0, 2.0);
    }
  }

  // --------------------------------------------------------------------------- init

  @Test
  void an_init_with_an_undeclared_option_fails_with_its_name() {
    try (ScriptedHost host = udfs.connect("options")) {
      InitResponse init = host.init(Requests.option("unknown", "x"));

      assertThat(init.getSuccess()).isFalse();
      assertThat(init.getError()).contains("unknown");
    }
  }

  @Test
  void an_init_with_an_argument_of_another_type_fails() {
    try (ScriptedHost host = udfs.connect("options")) {
      InitResponse init = host.init(Requests.option("size", "x"));

      assertThat(init.getSuccess()).isFalse();
      assertThat(init.getError()).contains("size").contains("INT");
    }
  }

  @Test
  void an_init_fails_if_the_function_does_not_start_and_keepalives_are_still_answered() {
    try (ScriptedHost host = udfs.connect("broken")) {
      InitResponse init = host.init();

      assertThat(init.getSuccess()).isFalse();
      assertThat(init.getError()).isNotEmpty();
      host.keepalive();
      host.keepalive();
    }
  }

  @Test
  void a_function_sees_task_node_and_options() {
    try (ScriptedHost host = udfs.connect("options")) {
      host.use(Requests.option("field", "value"), Requests.option("size", 7))
          .write(Requests.act(1, "context"))
          .awaitPoints(1);

      String context = host.points().getFirst().getFieldsStringOrThrow("context");
      assertThat(Agents.parse(context).get("taskID").asText()).isEqualTo("task1");
      assertThat(Agents.parse(context).get("nodeID").asText()).isEqualTo("udf2");
      assertThat(context).contains("\"field\"").contains("\"value\"").contains("7");
    }
  }

  // --------------------------------------------------------------------------- data

  @Test
  void a_point_comes_back_with_all_that_it_had() {
    Point point =
        Requests.streamPoint(-1)
            .setByName(true)
            .setGroup("cpu\nhost=a")
            .putFieldsDouble("d", -0.5)
            .putFieldsDouble("nan", Double.NaN)
            .putFieldsInt("i", Long.MIN_VALUE)
            .putFieldsString("s", "é\u0000\uD83D\uDE00")
            .putFieldsBool("b", false)
            .build();
    try (ScriptedHost host = udfs.use("stream")) {
      host.write(Requests.point(point.toBuilder())).awaitPoints(1);

      assertThat(host.points()).containsExactly(point);
    }
  }

  @Test
  void a_batch_comes_back_whole_with_its_size() {
    try (ScriptedHost host = udfs.use("batch")) {
      host.write(Requests.batch(1, 2, 3)).await(MessageCase.END, 1);

      assertThat(host.kinds())
          .containsExactly(
              MessageCase.INIT,
              MessageCase.BEGIN,
              MessageCase.POINT,
              MessageCase.POINT,
              MessageCase.POINT,
              MessageCase.END);
      assertThat(host.responses(MessageCase.BEGIN).getFirst().getBegin())
          .isEqualTo(Requests.begin(3).getBegin());
      assertThat(host.responses(MessageCase.END).getFirst().getEnd())
          .isEqualTo(Requests.end(2).getEnd());
      assertThat(host.points().getLast()).isEqualTo(Requests.batchPoint(2, 3).getPoint());
    }
  }

  @Test
  void an_empty_batch_is_a_batch() {
    try (ScriptedHost host = udfs.use("batch")) {
      host.write(Requests.batch()).await(MessageCase.END, 1);

      assertThat(host.kinds())
          .containsExactly(MessageCase.INIT, MessageCase.BEGIN, MessageCase.END);
    }
  }

  @Test
  void points_of_a_stream_are_invoked_together_up_to_the_limit() {
    try (ScriptedHost host = udfs.use("stream")) {
      List<Request> points = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        points.add(Requests.point(i, i));
      }
      host.write(points).awaitPoints(9);

      assertThat(host.values()).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0);
      assertThat(udfs.trace("stream").of("invoked"))
          .allSatisfy(line -> assertThat(line.get("points").asInt()).isLessThanOrEqualTo(3));
    }
  }

  // ---------------------------------------------------------------- keepalive, snapshot

  @Test
  void k10_keepalives_and_snapshots_may_come_in_a_batch() {
    try (ScriptedHost host = udfs.use("batch")) {
      host.write(Requests.begin(2), Requests.batchPoint(1, 1));
      host.keepalive();
      assertThat(host.snapshot()).isEqualTo(ByteString.EMPTY);
      host.write(Requests.batchPoint(2, 2));
      host.keepalive();
      host.write(Requests.end(2)).await(MessageCase.END, 1);

      assertThat(host.values()).containsExactly(1.0, 2.0);
    }
  }

  @Test
  void keepalives_are_answered_while_the_function_runs() {
    Path release = udfs.file("release-keepalive");
    try (ScriptedHost host = udfs.use("stream")) {
      host.write(Requests.act(1, "wait " + release));
      Agents.awaitFile(release + ".waits");

      for (int i = 0; i < 5; i++) {
        host.keepalive();
      }

      assertThat(host.points()).isEmpty();
      Agents.touch(release);
      host.awaitPoints(1);
    }
  }

  @Test
  void empty_and_unknown_requests_are_ignored() {
    try (ScriptedHost host = udfs.use("stream")) {
      host.write(new byte[] {0, (byte) 0x80, 0, 4, (byte) 0x9a, 6, 1, 1, 0});
      host.write(Requests.point(1, 5)).awaitPoints(1);

      assertThat(host.values()).containsExactly(5.0);
    }
  }

  // ------------------------------------------------------------------------------ end

  @Test
  void k17_a_half_close_drains_what_has_come() {
    try (ScriptedHost host = udfs.use("large")) {
      List<Request> points = new ArrayList<>();
      for (int i = 0; i < 2_500; i++) {
        points.add(Requests.point(i, i));
      }
      // The last 500 would wait for an hour.
      host.write(points).endInput().awaitEnd();

      assertThat(host.points()).hasSize(2_500);
      assertThat(host.points().getLast().getTime()).isEqualTo(2_499);
      assertThat(host.error()).isEmpty();
    }
    Trace.awaitEnd(udfs.trace("large").latestProcess());
  }

  @Test
  void k17_an_abrupt_close_ends_the_sandbox(@TempDir Path directory) {
    try (Udfs own = Udfs.at(directory).function("function").serve()) {
      Path release = own.file("release");
      try (ScriptedHost host = own.use("function")) {
        host.write(Requests.act(1, "wait " + release));
        Agents.awaitFile(release + ".waits");
      }

      Trace.awaitEnd(own.trace("function").latestProcess());
    }
  }

  @Test
  void a_use_is_a_sandbox() {
    try (ScriptedHost one = udfs.use("batch");
        ScriptedHost other = udfs.use("batch")) {
      one.write(Requests.batchAct("pid")).write(Requests.batchAct("pid"));
      other.write(Requests.batchAct("pid")).awaitPoints(1);
      one.awaitPoints(2);

      long pid = one.points().getFirst().getFieldsIntOrThrow("pid");
      assertThat(one.points().getLast().getFieldsIntOrThrow("pid")).isEqualTo(pid);
      assertThat(other.points().getFirst().getFieldsIntOrThrow("pid")).isNotEqualTo(pid);
    }
  }

  @Test
  void k17_fifty_connections_at_once_keep_their_data_apart() {
    List<ScriptedHost> hosts = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        hosts.add(udfs.connect("batch").write(Requests.init()));
      }
      for (int i = 0; i < 50; i++) {
        hosts.get(i).write(Requests.batch(i, i)).write(Requests.batch(i, i));
      }
      for (int i = 0; i < 50; i++) {
        ScriptedHost host = hosts.get(i);
        host.await(MessageCase.END, 2);
        host.endInput().awaitEnd();
        assertThat(host.values()).containsOnly((double) i).hasSize(4);
      }
    } finally {
      hosts.forEach(ScriptedHost::close);
    }
  }

  // -------------------------------------------------------------------------- the socket

  @Test
  void the_socket_is_for_the_user_and_the_group() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(udfs.socket("stream"))))
        .isEqualTo("rw-rw----");
  }

  @Test
  void k17_a_socket_that_a_dead_server_has_left_is_replaced(@TempDir Path directory)
      throws IOException {
    Path socket = Udfs.socket(directory, "function");
    ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    dead.bind(UnixDomainSocketAddress.of(socket));
    dead.close();
    assertThat(socket).exists();

    try (Udfs own = Udfs.at(directory).function("function").serve();
        ScriptedHost host = own.use("function")) {
      host.write(Requests.point(1, 1)).awaitPoints(1);
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void k17_a_socket_that_another_server_uses_is_an_error_that_names_it(@TempDir Path directory)
      throws IOException {
    Path socket = Udfs.socket(directory, "function");
    try (ServerSocketChannel live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      live.bind(UnixDomainSocketAddress.of(socket));
      Path file = Udfs.at(directory).function("function").write();

      Command.Result result =
          Command.rapid("serve", "--listen=127.0.0.1:0", "--config=" + file)
              .within(Rapid.PATIENCE)
              .run();

      assertThat(result.exit()).isNotZero();
      assertThat(result.err()).contains(socket.toString());
      assertThat(socket).exists();
    }
  }

  @Test
  void sigterm_with_open_connections_ends_everything_in_time(@TempDir Path directory) {
    List<ScriptedHost> hosts = new ArrayList<>();
    long began;
    try (Udfs own = Udfs.at(directory).function("function").serve()) {
      for (int i = 0; i < 3; i++) {
        hosts.add(own.use("function").write(Requests.point(i, i)));
        hosts.get(i).awaitPoints(1);
      }
      began = System.nanoTime();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));

    hosts.forEach(ScriptedHost::awaitEnd);
    hosts.forEach(ScriptedHost::close);
    assertThat(Udfs.socket(directory, "function")).doesNotExist();
  }

  @Test
  void an_exposed_function_is_invoked_by_others_as_ever() {
    String event = "{\"points\": []}";

    Answer answer = Http.post(udfs.invokeUrl("stream"), event).join();

    assertThat(answer.text()).isEqualTo(event);
  }
}
