package dev.rapid.kapacitor.agent;

import static dev.rapid.kapacitor.agent.ScriptedHost.begin;
import static dev.rapid.kapacitor.agent.ScriptedHost.end;
import static dev.rapid.kapacitor.agent.ScriptedHost.info;
import static dev.rapid.kapacitor.agent.ScriptedHost.keepalive;
import static dev.rapid.kapacitor.agent.ScriptedHost.point;
import static dev.rapid.kapacitor.agent.ScriptedHost.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.core.testing.VirtualTime;
import dev.rapid.kapacitor.UdfFrontEnd;
import dev.rapid.kapacitor.agent.AgentBench.Exposure;
import dev.rapid.kapacitor.agent.AgentBench.Use;
import dev.rapid.kapacitor.protocol.Response.MessageCase;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets, their files, and stdin with stdout (contract kapacitor-udf, sections 4 and 11.1). */
class FrontEndTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path directory;

  @Test
  void the_file_has_the_mode_of_the_settings() throws Exception {
    Exposure exposure = Exposure.streams();
    exposure.socketMode = 0640;
    try (AgentBench bench = new AgentBench(directory, exposure)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bench.socket)))
          .isEqualTo("rw-r-----");
    }
  }

  @Test
  void a_file_that_a_dead_server_has_left_is_replaced() throws Exception {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(directory.resolve("u.sock")));
    }

    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      assertThat(bench.use().sandbox().isClosed()).isFalse();
    }
  }

  @Test
  void a_socket_with_another_server_is_left_alone() throws Exception {
    try (AgentBench first = new AgentBench(directory, Exposure.streams())) {
      assertThatThrownBy(() -> new AgentBench(directory, Exposure.streams()))
          .isInstanceOf(IOException.class)
          .hasMessage("another program listens on the socket: " + first.socket);

      assertThat(first.use().sandbox().isClosed()).isFalse();
    }
  }

  @Test
  void an_ordinary_file_is_left_alone() throws Exception {
    Path file = Files.writeString(directory.resolve("u.sock"), "precious");

    assertThatThrownBy(() -> new AgentBench(directory, Exposure.streams()))
        .hasMessage("there is a file in place of the socket, delete it: " + file);
    assertThat(file).hasContent("precious");
  }

  @Test
  void a_named_pipe_is_left_alone() throws Exception {
    Path pipe = directory.resolve("u.sock");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThatThrownBy(() -> new AgentBench(directory, Exposure.streams()))
        .hasMessage("there is a file in place of the socket, delete it: " + pipe);
    assertThat(pipe).exists();
  }

  @Test
  void a_missing_directory_is_named() {
    Path missing = directory.resolve("missing");

    assertThatThrownBy(() -> new AgentBench(missing, Exposure.streams()))
        .hasMessage("the directory of the socket is missing: " + missing);
  }

  @Test
  void a_path_that_is_too_long_is_refused_with_its_length() throws Exception {
    Path deep = Files.createDirectory(directory.resolve("d".repeat(110)));

    assertThatThrownBy(() -> new AgentBench(deep, Exposure.streams()))
        .hasMessageStartingWith("the path of the socket has ")
        .hasMessageContaining("but may have 107");
  }

  @Test
  void fifty_hosts_at_once_have_sandboxes_of_their_own() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.batches())) {
      List<Use> uses = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        uses.add(bench.use());
      }
      for (int i = 0; i < 50; i++) {
        uses.get(i).host().send(begin("b" + i), end("b" + i, i));
      }
      for (int i = 49; i >= 0; i--) {
        Use use = uses.get(i);
        use.sandbox()
            .returns(
                use.sandbox().next(),
                "{\"batches\":[{\"name\":\"r%d\",\"points\":[]}]}".formatted(i));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(uses.get(i).host().receive().getBegin().getName()).isEqualTo("r" + i);
        uses.get(i).host().receive();
        uses.get(i).host().endInput();
      }
      assertThat(bench.frontEnd.awaitIdle(PATIENCE)).isTrue();
      for (Use each : uses) {
        assertThat(each.sandbox().isClosed()).isTrue();
      }
    }
  }

  @Test
  void draining_refuses_new_hosts_and_keeps_the_others() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Use use = bench.use();

      bench.frontEnd.drain();

      assertThatThrownBy(bench::connect).isInstanceOf(IOException.class);
      assertThat(bench.socket).doesNotExist();
      assertThat(bench.frontEnd.awaitIdle(Duration.ofMillis(1))).isFalse();
      use.host().send(keepalive(1));
      assertThat(use.host().receive().getKeepalive().getTime()).isEqualTo(1);
      use.host().endInput();
      assertThat(bench.frontEnd.awaitIdle(PATIENCE)).isTrue();
    }
  }

  @Test
  void closing_tells_the_hosts_and_deletes_the_file() throws Exception {
    Use use;
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      use = bench.use();
      CompletableFuture<Void> closed = CompletableFuture.runAsync(bench.frontEnd::close);

      assertThat(use.host().receive().getError().getError())
          .isEqualTo("UDF.Stopped: Rapid is shutting down");
      use.host().close();
      closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(bench.socket).doesNotExist();
      assertThat(use.sandbox().isClosed()).isTrue();
    }
  }

  @Test
  void closing_does_not_wait_for_a_host_that_does_not_read() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.batches())) {
      Use use = bench.use();
      String large = "x".repeat(900_000);
      use.sandbox().function =
          event ->
              "{\"batches\":[{\"name\":\"r\",\"points\":[{\"time\":1,\"fields\":{\"f\":\""
                  + large
                  + "\"}}]}]}";
      use.host().send(begin("a"), end("a", 1), begin("a"), end("a", 1));

      bench.frontEnd.close();

      assertThat(use.sandbox().awaitClosed()).isTrue();
      assertThat(bench.frontEnd.awaitIdle(PATIENCE)).isTrue();
    }
  }

  @Test
  void the_file_of_another_server_is_not_deleted() throws Exception {
    try (AgentBench bench = new AgentBench(directory, Exposure.streams())) {
      Files.delete(bench.socket);
      try (AgentBench second = new AgentBench(directory, Exposure.streams())) {
        bench.frontEnd.close();

        assertThat(second.use().sandbox().isClosed()).isFalse();
      }
    }
  }

  // ------------------------------------------------------------------ stdin and stdout

  @Test
  void the_host_that_started_the_program_is_served_over_its_streams() throws Exception {
    try (Stdio stdio = new Stdio(Exposure.streams())) {
      stdio.host.send(info());
      assertThat(stdio.host.receive().getMessageCase()).isEqualTo(MessageCase.INFO);
      assertThat(stdio.host.init().getInit().getSuccess()).isTrue();
      stdio.sandbox.function = event -> "{\"points\":[{\"time\":1,\"name\":\"out\"}]}";
      stdio.host.send(point(1), snapshot());
      assertThat(stdio.host.receive().getMessageCase()).isEqualTo(MessageCase.POINT);
      assertThat(stdio.host.receive().getMessageCase()).isEqualTo(MessageCase.SNAPSHOT);
      stdio.host.send(point(2));
      stdio.host.endInput();

      assertThat(stdio.host.receiveAll())
          .extracting(each -> each.getPoint().getName())
          .containsExactly("out");
      assertThat(stdio.ended()).isTrue();
      assertThat(stdio.frontEnd.awaitIdle(PATIENCE)).isTrue();
    }
  }

  @Test
  void an_error_ends_the_output_although_the_host_goes_on() throws Exception {
    try (Stdio stdio = new Stdio(Exposure.streams())) {
      stdio.host.send(point(1), snapshot());

      assertThat(stdio.host.receiveAll())
          .extracting(each -> each.getError().getError())
          .containsExactly("UDF.ProtocolError: data came before an Init that succeeded");
      assertThat(stdio.ended()).isFalse();
    }
  }

  /** A front end at two pipes. */
  private static final class Stdio implements AutoCloseable {

    private final Pipe input = Pipe.open();
    private final Pipe output = Pipe.open();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    final VirtualTime time = new VirtualTime();
    final FakeSandbox sandbox = new FakeSandbox();
    final UdfFrontEnd frontEnd;
    final ScriptedHost host;

    Stdio(Exposure exposure) throws IOException {
      frontEnd =
          new AgentFactory()
              .serve(
                  exposure.at(null),
                  () -> sandbox,
                  time,
                  time,
                  time,
                  Channels.newInputStream(input.source()),
                  Channels.newOutputStream(output.sink()),
                  ended::complete);
      host =
          ScriptedHost.over(
              Channels.newInputStream(output.source()), Channels.newOutputStream(input.sink()));
    }

    boolean ended() throws Exception {
      return ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
      input.sink().close();
      frontEnd.close();
      output.source().close();
      input.source().close();
    }
  }
}
