package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call on its stream. Tests say each message; {@link #send(CallJson, byte[])} sends a whole
 * call as the load balancer does.
 */
final class FnCall {

  /** How much of a body the load balancer puts into a message. */
  static final int FRAME = 10_240;

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final ClientCall<byte[], RunnerMessage> call;
  private final Object monitor = new Object();
  private final List<RunnerMessage> received = new ArrayList<>();
  private @Nullable Status ended;

  private FnCall(ClientCall<byte[], RunnerMessage> call) {
    this.call = call;
  }

  /** Opens a stream that reads what comes. */
  static FnCall open(Channel channel) {
    FnCall opened = openUnread(channel);
    opened.request(Integer.MAX_VALUE);
    return opened;
  }

  /** Opens a stream that reads only what is requested. */
  static FnCall openUnread(Channel channel) {
    return open(channel, CallOptions.DEFAULT.withWaitForReady());
  }

  /** Opens a stream that fails if the runner is not connected. */
  static FnCall openNow(Channel channel) {
    FnCall opened = open(channel, CallOptions.DEFAULT);
    opened.request(Integer.MAX_VALUE);
    return opened;
  }

  private static FnCall open(Channel channel, CallOptions options) {
    FnCall opened = new FnCall(channel.newCall(RunnerProtocol.ENGAGE, options));
    opened.call.start(opened.new Listener(), new Metadata());
    return opened;
  }

  private final class Listener extends ClientCall.Listener<RunnerMessage> {

    @Override
    public void onMessage(RunnerMessage message) {
      change(() -> received.add(message));
    }

    @Override
    public void onReady() {
      change(() -> {});
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      change(() -> ended = status);
    }

    private void change(Runnable what) {
      synchronized (monitor) {
        what.run();
        monitor.notifyAll();
      }
    }
  }

  // -------------------------------------------------------------- client

  /** Lets the runner send more messages. */
  void request(int messages) {
    call.request(messages);
  }

  /** Sends a whole call, as the load balancer does, and leaves the stream open. */
  FnCall send(CallJson json, byte[] body) {
    return tryCall(json).body(body);
  }

  FnCall tryCall(CallJson json) {
    return tryCall(json.text(), "");
  }

  FnCall tryCall(String json, String slotHashId) {
    call.sendMessage(RunnerProtocol.tryCall(json, slotHashId, Map.of()));
    return this;
  }

  /** Sends frames and an empty one with the end. */
  FnCall body(byte[] body) {
    for (int from = 0; from < body.length; from += FRAME) {
      call.sendMessage(RunnerProtocol.data(body, from, Math.min(FRAME, body.length - from), false));
    }
    return eof();
  }

  FnCall data(String text, boolean eof) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    call.sendMessage(RunnerProtocol.data(bytes, 0, bytes.length, eof));
    return this;
  }

  FnCall data(byte[] bytes, int from, int length) {
    call.sendMessage(RunnerProtocol.data(bytes, from, length, false));
    return this;
  }

  FnCall eof() {
    call.sendMessage(RunnerProtocol.data(new byte[0], 0, 0, true));
    return this;
  }

  FnCall halfClose() {
    call.halfClose();
    return this;
  }

  FnCall cancel() {
    call.cancel("not wanted", null);
    return this;
  }

  /** Returns whether messages that are sent now leave at once. */
  boolean isReady() {
    return call.isReady();
  }

  /** Waits until messages leave at once; returns false if the call ends before. */
  boolean awaitReady() {
    synchronized (monitor) {
      await("room to send", () -> call.isReady() || ended != null);
      return ended == null;
    }
  }

  // -------------------------------------------------------------- runner

  private interface Condition {
    boolean holds();
  }

  private void await(String what, Condition condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (monitor) {
      while (!condition.holds()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        assertThat(left).as("%s in time; instead: %s", what, this).isPositive();
        try {
          monitor.wait(left);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /** Waits for a message and returns it. */
  RunnerMessage await(Predicate<RunnerMessage> wanted) {
    synchronized (monitor) {
      await("the message", () -> received.stream().anyMatch(wanted) || ended != null);
      return received.stream()
          .filter(wanted)
          .findFirst()
          .orElseThrow(() -> new AssertionError("ended without it: " + this));
    }
  }

  /** Takes the next message out of those that came, null at the end of the stream. */
  @Nullable RunnerMessage take() {
    synchronized (monitor) {
      await("a message", () -> !received.isEmpty() || ended != null);
      return received.isEmpty() ? null : received.removeFirst();
    }
  }

  /** Waits for the end of the stream. */
  FnCall end() {
    await("the end", () -> ended != null);
    return this;
  }

  boolean hasEnded() {
    synchronized (monitor) {
      return ended != null;
    }
  }

  /** Returns with which status the stream ended. */
  Status status() {
    end();
    synchronized (monitor) {
      return java.util.Objects.requireNonNull(ended);
    }
  }

  /** Returns all messages that have come. */
  List<RunnerMessage> messages() {
    synchronized (monitor) {
      return List.copyOf(received);
    }
  }

  /** Returns the last message of a stream that has ended. */
  RunnerMessage.Finished finished() {
    end();
    List<RunnerMessage> messages = messages();
    assertThat(messages).as("%s", this).isNotEmpty();
    assertThat(messages.getLast()).as("%s", this).isInstanceOf(RunnerMessage.Finished.class);
    return (RunnerMessage.Finished) messages.getLast();
  }

  /** Returns all values of a header of the answer, whatever the case of its name. */
  List<String> headers(String name) {
    return messages().stream()
        .filter(RunnerMessage.ResultStart.class::isInstance)
        .flatMap(message -> ((RunnerMessage.ResultStart) message).headers().stream())
        .filter(header -> header.key().equalsIgnoreCase(name))
        .map(RunnerMessage.Header::value)
        .toList();
  }

  /** Returns the only value of a header. */
  String header(String name) {
    List<String> values = headers(name);
    assertThat(values).as("%s of %s", name, this).hasSize(1);
    return values.getFirst();
  }

  /** Returns the process that answered. */
  long worker() {
    return Long.parseLong(header("Worker-Pid"));
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (RunnerMessage message : messages()) {
      if (message instanceof RunnerMessage.Data data) {
        bytes.writeBytes(data.bytes());
      }
    }
    return bytes.toByteArray();
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /**
   * Returns the order of all messages and the status of the stream, for example {@code "start 200,
   * data, finished ok | OK"}. Adjoining frames are one.
   */
  String sequence() {
    end();
    return toString();
  }

  @Override
  public String toString() {
    synchronized (monitor) {
      List<String> words = new ArrayList<>();
      for (RunnerMessage message : received) {
        String word =
            switch (message) {
              case RunnerMessage.ResultStart start -> "start " + start.status();
              case RunnerMessage.Data data -> "data";
              case RunnerMessage.Finished end when end.success() -> "finished";
              case RunnerMessage.Finished end ->
                  "finished " + end.errorCode() + (end.errorUser() ? " of the user" : "");
            };
        if (!word.equals("data") || words.isEmpty() || !words.getLast().equals("data")) {
          words.add(word);
        }
      }
      String messages = words.stream().collect(Collectors.joining(", "));
      return ended == null ? messages + " ..." : messages + " | " + ended.getCode();
    }
  }
}
