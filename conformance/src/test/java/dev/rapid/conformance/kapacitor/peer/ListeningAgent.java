package dev.rapid.conformance.kapacitor.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An agent that somebody else than Rapid has started, and that listens on a socket. */
final class ListeningAgent implements AutoCloseable {

  private final Process process;
  private final Path socket;

  private ListeningAgent(Process process, Path socket) {
    this.process = process;
    this.socket = socket;
  }

  /** Starts the agent and waits until it accepts a connection. */
  static ListeningAgent start(Path socket, String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      ListeningAgent agent = new ListeningAgent(process, socket);
      await().atMost(Rapid.PATIENCE).until(agent::accepts);
      return agent;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean accepts() {
    assertThat(process.isAlive()).as("the agent runs").isTrue();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Returns a function that connects to it. */
  UdfFunction connected(String name) {
    return UdfFunction.connected(name, socket);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      assertThat(process.waitFor(Rapid.PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("the agent ends at SIGTERM")
          .isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      process.destroyForcibly();
    }
  }
}
