package dev.rapid.kapacitor.agent;

import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfFrontEnd;
import dev.rapid.kapacitor.UdfSandboxes;
import dev.rapid.kapacitor.codec.UnixStreams;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A listening socket, with a {@link Conversation} for each host that connects. */
final class SocketFrontEnd implements UdfFrontEnd {

  /** How long hosts have to read that the program ends. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(1);

  /** How long it waits when the system has no room for one more connection. */
  private static final long ACCEPT_PAUSE_MILLIS = 100;

  private static final Logger LOG = System.getLogger(SocketFrontEnd.class.getName());
  private static final long ACCEPT_STACK_BYTES = 256 * 1024;

  private final UdfExposure exposure;
  private final UdfSandboxes sandboxes;
  private final AgentClocks clocks;
  private final ServerSocketChannel listener;
  private final SocketFile file;

  // All guarded by this.
  private final Set<Conversation> conversations = new HashSet<>();
  private int accepted;
  private boolean draining;
  private boolean stopped;
  private long graceEnd;

  private SocketFrontEnd(
      UdfExposure exposure,
      UdfSandboxes sandboxes,
      AgentClocks clocks,
      ServerSocketChannel listener,
      SocketFile file) {
    this.exposure = exposure;
    this.sandboxes = sandboxes;
    this.clocks = clocks;
    this.listener = listener;
    this.file = file;
  }

  /**
   * Begins to listen.
   *
   * @throws IOException if the path cannot be used
   */
  static SocketFrontEnd listen(
      UdfExposure exposure, Path path, UdfSandboxes sandboxes, AgentClocks clocks)
      throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    SocketFile file;
    try {
      file = SocketFile.bind(listener, path, exposure.socketMode());
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
    SocketFrontEnd frontEnd = new SocketFrontEnd(exposure, sandboxes, clocks, listener, file);
    Thread.ofPlatform()
        .daemon()
        .name("udf " + path.getFileName())
        .stackSize(ACCEPT_STACK_BYTES)
        .start(frontEnd::accept);
    return frontEnd;
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        begin(listener.accept());
      } catch (AsynchronousCloseException e) {
        return;
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.log(Level.WARNING, "A host could not connect to " + file, e);
        pause();
      } catch (RuntimeException | Error e) {
        // The system may have no more threads for now.
        LOG.log(Level.ERROR, "A host that connects to " + file + " cannot be served", e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(ACCEPT_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin(SocketChannel channel) throws IOException {
    Conversation conversation;
    synchronized (this) {
      if (draining) {
        channel.close();
        return;
      }
      accepted++;
      conversation = conversation(HostLink.of(new UnixStreams(channel)), accepted);
      conversations.add(conversation);
    }
    try {
      conversation.begin();
    } catch (RuntimeException | Error e) {
      ended(conversation);
      channel.close();
      throw e;
    }
  }

  private Conversation conversation(HostLink link, int number) {
    // What ends a conversation is called by it alone, after it has begun.
    Conversation[] made = new Conversation[1];
    made[0] =
        new Conversation(
            exposure, sandboxes, clocks, link, "udf " + number, clean -> ended(made[0]));
    return made[0];
  }

  private synchronized void ended(Conversation conversation) {
    conversations.remove(conversation);
    notifyAll();
  }

  @Override
  public void drain() {
    synchronized (this) {
      if (draining) {
        return;
      }
      draining = true;
    }
    try {
      file.delete();
      listener.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The socket " + file + " could not be closed", e);
    }
  }

  @Override
  public void stop() {
    drain();
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
      graceEnd = System.nanoTime() + STOP_GRACE.toNanos();
    }
    all().forEach(Conversation::stop);
  }

  @Override
  public boolean awaitIdle(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    synchronized (this) {
      while (!conversations.isEmpty()) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return true;
    }
  }

  @Override
  public void close() {
    stop();
    try {
      boolean unused = awaitIdle(leftOfGrace());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all().forEach(Conversation::abort);
  }

  private synchronized Duration leftOfGrace() {
    return Duration.ofNanos(graceEnd - System.nanoTime());
  }

  private synchronized List<Conversation> all() {
    return List.copyOf(conversations);
  }
}
