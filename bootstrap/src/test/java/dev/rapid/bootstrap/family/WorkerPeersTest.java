package dev.rapid.bootstrap.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.core.process.ConnectionPeers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerPeersTest {

  private static final ProcFs PROC = new ProcFs(Path.of("/proc"));

  private ServerSocket server;
  private @Nullable Process runtime;
  private @Nullable Socket connection;

  @BeforeEach
  void listen() throws IOException {
    assumeTrue(PROC.isPresent(), "there is no table of processes");
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void end() throws IOException {
    if (runtime != null) {
      runtime.descendants().forEach(ProcessHandle::destroyForcibly);
      runtime.destroyForcibly();
    }
    server.close();
  }

  private Process runtime() {
    return Objects.requireNonNull(runtime);
  }

  /** Starts a runtime in a session of its own, which connects, and looks for its process. */
  private ConnectionPeers.Peer peerOf(WorkerPeers peers, String script) throws IOException {
    String connects =
        script.replace("CONNECT", "exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort());
    runtime = new ProcessBuilder("setsid", "bash", "-c", connects).start();
    Socket accepted = server.accept();
    connection = accepted;
    return peers.find(accepted.getPort(), accepted.getLocalPort());
  }

  private WorkerPeers peers() {
    return new WorkerPeers(PROC, () -> Set.of(runtime().pid()));
  }

  private static long ownerOf(Process runtime) {
    return runtime.children().findFirst().orElseThrow().pid();
  }

  @Test
  void the_end_of_a_forked_worker_is_noticed_while_its_runtime_goes_on() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (WorkerPeers peers = peers()) {
      ConnectionPeers.Peer peer = peerOf(peers, "(CONNECT; read -r -u 3 line; :) & wait; sleep 60");
      await().until(() -> peers.found(peer));

      ProcessHandle.of(ownerOf(runtime())).orElseThrow().destroyForcibly();
      assertThat(Objects.requireNonNull(connection).getInputStream().read()).isEqualTo(-1);
      peer.disconnected(ended::countDown);

      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(runtime().isAlive()).isTrue();
    }
  }

  @Test
  void a_runtime_without_workers_is_none_itself() throws Exception {
    try (WorkerPeers peers = peers()) {
      ConnectionPeers.Peer peer = peerOf(peers, "CONNECT; read -r -u 3 line; :");

      await().until(peers::isIdle);

      assertThat(peers.found(peer)).isFalse();
    }
  }

  @Test
  void a_tool_that_a_runtime_starts_is_no_worker() throws Exception {
    try (WorkerPeers peers = peers()) {
      ConnectionPeers.Peer unused = peerOf(peers, "CONNECT; sleep 60 & exec 3>&-; wait");
      await()
          .until(() ->
              runtime()
                  .children()
                  .anyMatch(tool ->
                      PROC.program(tool.pid()).endsWith("sleep")
                          && !PROC.sockets(tool.pid()).isEmpty()));
      Socket accepted = Objects.requireNonNull(connection);
      ConnectionPeers.Peer peer = peers.find(accepted.getPort(), accepted.getLocalPort());

      await().until(peers::isIdle);

      assertThat(peers.found(peer)).isFalse();
    }
  }
}
