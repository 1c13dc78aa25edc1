package dev.rapid.conformance.kapacitor.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rapid.conformance.Rapid;
import dev.rapid.kapacitor.protocol.InfoResponse;
import dev.rapid.kapacitor.protocol.InitResponse;
import dev.rapid.kapacitor.protocol.Option;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;
import dev.rapid.kapacitor.protocol.RestoreResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One use of an agent by a host that is as easily upset as Kapacitor: a frame that would end the
 * daemon (contract kapacitor-udf, section 5.5) fails the test at {@link #close}. Its codec is the
 * delimited format of protobuf itself, which has the same frames.
 */
public final class ScriptedHost implements AutoCloseable {

  /** Kapacitor reserves memory for as many points as a Begin says. */
  private static final long LARGEST_BATCH = 1_000_000;

  private final OutputStream out;
  private final Closing halfClose;
  private final Closing closing;
  private final List<Response> responses = new ArrayList<>();
  private boolean isBatchOpen;
  private boolean isEnded;
  private String death = "";
  private long lastFrame = System.nanoTime();
  private long longestSilence;
  private long askedTime;

  private interface Closing {
    void close() throws IOException;
  }

  private ScriptedHost(InputStream in, OutputStream out, Closing halfClose, Closing closing) {
    this.out = out;
    this.halfClose = halfClose;
    this.closing = closing;
    Thread.ofPlatform().daemon().name("host").start(() -> read(in));
  }

  /** Connects to a socket. */
  public static ScriptedHost connect(Path socket) {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new ScriptedHost(
          Channels.newInputStream(channel),
          Channels.newOutputStream(channel),
          channel::shutdownOutput,
          channel::close);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Uses a process that the host has started. */
  public static ScriptedHost of(Process process) {
    OutputStream out = process.getOutputStream();
    return new ScriptedHost(process.getInputStream(), out, out::close, out::close);
  }

  // ----------------------------------------------------------------- reading

  private void read(InputStream in) {
    try {
      Response response = Response.parseDelimitedFrom(in);
      while (response != null) {
        take(response);
        response = Response.parseDelimitedFrom(in);
      }
      end("");
    } catch (InvalidProtocolBufferException e) {
      end("a frame that is none: " + e.getMessage());
    } catch (IOException closed) {
      end("");
    }
  }

  private synchronized void take(Response response) {
    long now = System.nanoTime();
    longestSilence = Math.max(longestSilence, now - lastFrame);
    lastFrame = now;
    switch (response.getMessageCase()) {
      case MESSAGE_NOT_SET -> death = "a frame without a message";
      case BEGIN -> {
        long size = response.getBegin().getSize();
        if (size < 0 || size > LARGEST_BATCH) {
          death = "a batch of " + size + " points";
        }
        isBatchOpen = true;
      }
      case END -> {
        if (!isBatchOpen) {
          death = "End without Begin";
        }
        isBatchOpen = false;
      }
      default -> {}
    }
    responses.add(response);
    notifyAll();
  }

  private synchronized void end(String reason) {
    isEnded = true;
    death = death.isEmpty() ? reason : death;
    notifyAll();
  }

  /** Returns all responses so far. */
  public synchronized List<Response> responses() {
    return List.copyOf(responses);
  }

  /** Returns all responses of a kind so far. */
  public List<Response> responses(Response.MessageCase kind) {
    return responses().stream().filter(each -> each.getMessageCase() == kind).toList();
  }

  /** Returns all points so far, also those of batches. */
  public List<Point> points() {
    return responses(Response.MessageCase.POINT).stream().map(Response::getPoint).toList();
  }

  /** Returns the fields {@code value} of all points so far. */
  public List<Double> values() {
    return points().stream().map(point -> point.getFieldsDoubleOrDefault("value", -1)).toList();
  }

  /** Returns the kinds of all responses so far but the answers to keepalives. */
  public List<Response.MessageCase> kinds() {
    return responses().stream()
        .map(Response::getMessageCase)
        .filter(kind -> kind != Response.MessageCase.KEEPALIVE)
        .toList();
  }

  /** Returns the error that ended the conversation, or an empty text. */
  public String error() {
    return responses(Response.MessageCase.ERROR).stream()
        .map(response -> response.getError().getError())
        .findFirst()
        .orElse("");
  }

  /** Returns the longest time between two frames so far, in nanoseconds. */
  public synchronized long longestSilence() {
    return Math.max(longestSilence, isEnded ? 0 : System.nanoTime() - lastFrame);
  }

  /** Waits until so many responses of a kind have come, and returns the last of them. */
  public Response await(Response.MessageCase kind, int count) {
    await(() -> responses(kind).size() >= count, count + " times " + kind);
    return responses(kind).get(count - 1);
  }

  /** Waits until so many points have come. */
  public void awaitPoints(int count) {
    await(Response.MessageCase.POINT, count);
  }

  /** Waits until the agent has ended its output. */
  public void awaitEnd() {
    await(this::isEnded, "the end");
  }

  public synchronized boolean isEnded() {
    return isEnded;
  }

  private synchronized void await(Supplier<Boolean> condition, String what) {
    long deadline = System.nanoTime() + Rapid.PATIENCE.toNanos();
    while (!condition.get()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0 || isEnded) {
        String shown = responses.size() > 40 ? responses.size() + " responses" : "" + responses;
        throw new AssertionError(what + " did not come; instead: " + shown);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  // ----------------------------------------------------------------- writing

  public ScriptedHost write(Request... requests) {
    return write(List.of(requests));
  }

  /** Writes all of them at once. */
  public ScriptedHost write(Collection<Request> requests) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    try {
      for (Request request : requests) {
        request.writeDelimitedTo(frames);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return write(frames.toByteArray());
  }

  /** Writes bytes as they are. */
  public ScriptedHost write(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks for the info, and waits for it. */
  public InfoResponse info() {
    return ask(Requests.info(), Response.MessageCase.INFO).getInfo();
  }

  /** Initialises, and waits for the answer. */
  public InitResponse init(Option... options) {
    return ask(Requests.init(options), Response.MessageCase.INIT).getInit();
  }

  /** Initialises; fails if the agent does not accept that. */
  public ScriptedHost use(Option... options) {
    InitResponse init = init(options);
    assertThat(init.getSuccess()).as(init.getError()).isTrue();
    return this;
  }

  /** Asks whether the agent lives, and waits for the answer to this question. */
  public void keepalive() {
    long time = ++askedTime;
    write(Requests.keepalive(time));
    await(
        () ->
            responses(Response.MessageCase.KEEPALIVE).stream()
                .anyMatch(response -> response.getKeepalive().getTime() == time),
        "the answer to keepalive " + time);
  }

  public ByteString snapshot() {
    return ask(Requests.snapshot(), Response.MessageCase.SNAPSHOT).getSnapshot().getSnapshot();
  }

  public RestoreResponse restore(ByteString snapshot) {
    return ask(Requests.restore(snapshot), Response.MessageCase.RESTORE).getRestore();
  }

  private Response ask(Request request, Response.MessageCase kind) {
    int before = responses(kind).size();
    write(request);
    return await(kind, before + 1);
  }

  /** Ends the input of the agent, and goes on reading. */
  public ScriptedHost endInput() {
    try {
      halfClose.close();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the connection; fails if a frame came that would have ended the daemon. */
  @Override
  public void close() {
    try {
      closing.close();
    } catch (IOException alreadyClosed) {
      // As wanted.
    }
    synchronized (this) {
      assertThat(death).as("what would have ended the daemon").isEmpty();
    }
  }
}
