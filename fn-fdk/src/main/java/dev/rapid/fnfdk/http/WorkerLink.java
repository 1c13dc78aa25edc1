package dev.rapid.fnfdk.http;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.fnfdk.FdkLimits;
import dev.rapid.fnfdk.FdkLink;
import dev.rapid.fnfdk.InvalidSocketException;
import dev.rapid.fnfdk.SocketDirectory;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One process of a worker. It waits for the socket of the process, and then has room for one
 * invocation at a time (contract fn-runner, sections 2.2 and 2.3). There is at most one connection;
 * it stays open after a call if the worker promises that it does.
 *
 * <p>After {@link #close} or a fault of the worker, nothing reaches the sandbox any more. Runs on
 * one event loop; {@link #begin}, {@link #close} and {@link #run} may be called by any thread.
 */
final class WorkerLink implements FdkLink {

  private static final long FIRST_LOOK_MICROS = 1_000;

  /** The socket is looked for again after a part of the time that was waited already. */
  private static final int LOOKS_PER_DOUBLED_WAIT = 16;

  private final EventLoop loop;
  private final int generation;
  private final SocketDirectory directory;
  private final FdkLimits limits;
  private final Consumer<SandboxEvent> sandbox;
  private final Bootstrap bootstrap;
  private final long began = System.nanoTime();

  private boolean ended;
  private boolean connectedBefore;
  private long slots;
  private @Nullable WorkerConnection connection;
  private long idleSince;
  private boolean idleCheckDue;

  WorkerLink(
      EventLoop loop,
      int generation,
      SocketDirectory directory,
      FdkLimits limits,
      Consumer<SandboxEvent> sandbox) {
    this.loop = loop;
    this.generation = generation;
    this.directory = directory;
    this.limits = limits;
    this.sandbox = sandbox;
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(NioDomainSocketChannel::new)
            .option(ChannelOption.AUTO_READ, false)
            .remoteAddress(UnixDomainSocketAddress.of(directory.socket()));
  }

  /** Begins to wait for the socket. */
  void begin() {
    run(this::look);
  }

  /** Runs a task on the event loop, at once if this is its thread. */
  void run(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  FdkLimits limits() {
    return limits;
  }

  // ------------------------------------------------------------------ the socket

  private void look() {
    if (ended) {
      return;
    }
    try {
      if (directory.isReady()) {
        offer();
      } else {
        var unused = loop.schedule(this::look, microsUntilNextLook(), TimeUnit.MICROSECONDS);
      }
    } catch (InvalidSocketException e) {
      broken(ErrorType.RUNTIME_UNKNOWN, String.valueOf(e.getMessage()));
    }
  }

  private long microsUntilNextLook() {
    long waited = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
    return Math.max(FIRST_LOOK_MICROS, waited / LOOKS_PER_DOUBLED_WAIT);
  }

  // ------------------------------------------------------------------ calls

  /** The worker has room for an invocation. To be called last, because it may come at once. */
  private void offer() {
    post(new SandboxEvent.WorkerReady(new CallSlot(this, generation + "." + ++slots)));
  }

  /** Begins a call on the event loop. */
  void begin(Call call) {
    if (ended) {
      call.drop();
      return;
    }
    WorkerConnection open = connection;
    if (open != null && open.isOpen()) {
      open.begin(call);
      return;
    }
    WorkerConnection opening = new WorkerConnection(this, limits);
    connection = opening;
    ChannelFuture connecting = bootstrap.clone().handler(opening.pipeline()).connect();
    var unused =
        connecting.addListener(done -> {
          if (done.isSuccess()) {
            connected(opening, call);
          } else {
            unreachable(call, done.cause());
          }
        });
  }

  private void connected(WorkerConnection opened, Call call) {
    if (ended) {
      opened.close();
      call.drop();
    } else {
      connectedBefore = true;
      opened.begin(call);
    }
  }

  /** A worker that took connections before ends now: its successor can have the invocation. */
  private void unreachable(Call call, Throwable cause) {
    call.drop();
    if (connectedBefore) {
      post(new SandboxEvent.DeliveryFailed(call.slot()));
    }
    disconnected("The worker's socket takes no connection: " + cause.getMessage());
  }

  /**
   * A call is over, and its connection can be used again or not. The sandbox has heard of it: the
   * worker has room again.
   */
  void over() {
    if (!ended) {
      offer();
    }
  }

  /** Nothing of a call is on the connection any more. */
  void connectionFree(WorkerConnection free, boolean reusable) {
    if (!reusable || ended) {
      forget(free);
      free.close();
      return;
    }
    idleSince = System.nanoTime();
    checkIdleAfter(limits.idleConnection().toNanos());
  }

  private void checkIdleAfter(long nanos) {
    if (!idleCheckDue) {
      idleCheckDue = true;
      var unused = loop.schedule(this::closeIdle, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void closeIdle() {
    idleCheckDue = false;
    WorkerConnection open = connection;
    if (open == null || open.isBusy()) {
      return;
    }
    long left = limits.idleConnection().toNanos() - (System.nanoTime() - idleSince);
    if (left > 0) {
      checkIdleAfter(left);
    } else {
      forget(open);
      open.close();
    }
  }

  /** A connection has ended. */
  void forget(WorkerConnection gone) {
    if (connection == gone) {
      connection = null;
    }
  }

  // ------------------------------------------------------------------ the end

  /** The worker does not follow the protocol, so that it cannot be used any more. */
  void broken(ErrorType error, String message) {
    broken(error, message, false);
  }

  /** A connection has ended when it should not; that may be the end of the worker's process. */
  void disconnected(String message) {
    broken(ErrorType.RUNTIME_TRUNCATED_RESPONSE, message, true);
  }

  private void broken(ErrorType error, String message, boolean exitMayFollow) {
    if (!ended) {
      post(new SandboxEvent.WorkerBroken(generation, error, message, exitMayFollow));
      end();
    }
  }

  void post(SandboxEvent event) {
    if (!ended) {
      sandbox.accept(event);
    }
  }

  private void end() {
    ended = true;
    WorkerConnection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close(Runnable closed) {
    try {
      loop.execute(() -> {
        end();
        closed.run();
      });
    } catch (RejectedExecutionException e) {
      closed.run(); // The program ends, and no event loop is left.
    }
  }
}
