package dev.rapid.kapacitor.host;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.kapacitor.AgentHost;
import dev.rapid.kapacitor.AgentSession;
import dev.rapid.kapacitor.AgentStreams;
import dev.rapid.kapacitor.SessionSetup;
import dev.rapid.kapacitor.codec.UnixStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Makes the sessions of all agents of a program, which share the time and nothing else. */
record KapacitorHost(Timers timers, NanoClock clock, WallClock wallClock) implements AgentHost {

  private static final Logger LOG = System.getLogger(KapacitorHost.class.getName());

  @Override
  public AgentSession open(SessionSetup setup) {
    Session session = new Session(setup, timers, clock, wallClock);
    session.begin();
    return session;
  }

  @Override
  public AgentStreams connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      boolean unused = channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    return new Connection(new UnixStreams(channel));
  }

  /** The two directions of one socket. */
  private record Connection(UnixStreams streams) implements AgentStreams {

    @Override
    public InputStream fromAgent() {
      return streams.in();
    }

    @Override
    public OutputStream toAgent() {
      return streams.out();
    }

    @Override
    public boolean isConnection() {
      return true;
    }

    @Override
    public void close() {
      try {
        streams.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "The connection to an agent could not be closed", e);
      }
    }
  }
}
