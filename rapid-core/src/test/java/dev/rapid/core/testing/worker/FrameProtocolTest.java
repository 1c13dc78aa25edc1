package dev.rapid.core.testing.worker;

import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A protocol that has nothing of the Runtime API: frames over a Unix socket. */
final class FrameProtocolTest extends WorkerScenarios {

  @TempDir Path directory;

  @Override
  protected WorkerBench open(SandboxConfig config) {
    try {
      return new Bench(config, directory.resolve("worker.sock"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Bench implements WorkerBench {

    private final VirtualTime time = new VirtualTime();
    private final FakeProcesses processes = FakeProcesses.stoppedAtOnce();
    private final FrameProtocol protocol = new FrameProtocol();
    private final UnixDomainSocketAddress address;
    private final ServerSocketChannel socket;
    private final List<ScriptedWorker> workers = new ArrayList<>();
    private final Sandbox sandbox;

    Bench(SandboxConfig config, Path path) throws IOException {
      address = UnixDomainSocketAddress.of(path);
      socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
      sandbox =
          Sandboxes.sandbox()
              .config(config)
              .processes(processes)
              .connections(protocol)
              .time(time)
              .available(invocation -> invocation.payload().release())
              .build();
      protocol.serve(sandbox, socket);
    }

    @Override
    public Sandbox sandbox() {
      return sandbox;
    }

    @Override
    public FakeProcesses processes() {
      return processes;
    }

    @Override
    public VirtualTime time() {
      return time;
    }

    @Override
    public ScriptedWorker connect() {
      try {
        SocketChannel channel = SocketChannel.open(address);
        ScriptedWorker worker =
            new FrameWorker(Channels.newInputStream(channel), Channels.newOutputStream(channel));
        workers.add(worker);
        return worker;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      workers.forEach(ScriptedWorker::close);
      protocol.close();
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
