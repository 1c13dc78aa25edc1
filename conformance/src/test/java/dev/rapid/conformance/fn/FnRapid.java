package dev.rapid.conformance.fn;

import dev.rapid.conformance.Rapid;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The packaged program as a runner, and a connection to it. */
final class FnRapid implements AutoCloseable {

  private final Rapid rapid;
  private final int port;
  private final ManagedChannel channel;

  private FnRapid(Rapid rapid, int port) {
    this.rapid = rapid;
    this.port = port;
    this.channel = connect(port);
  }

  /**
   * Starts a runner whose function {@code worker} is the tiny worker, for calls of {@code worker}.
   *
   * @param runner more lines of {@code fnRunner}
   */
  static FnRapid ofTinyWorker(Path directory, String... runner) {
    return of(directory, tinyWorker("worker", "fn: {fnIds: [worker]}"), runner);
  }

  /** Returns the lines of a function that is the tiny worker. */
  static String tinyWorker(String name, String... more) {
    return function(name, TinyWorker.command(), more);
  }

  /** Returns the lines of a function with an FDK. */
  static String function(String name, java.util.List<String> command, String... more) {
    StringBuilder lines =
        new StringBuilder("  " + name + ":\n    contract: fn-http-stream\n    command: [");
    for (int i = 0; i < command.size(); i++) {
      lines.append(i == 0 ? "\"" : ", \"").append(command.get(i)).append('"');
    }
    lines.append("]\n");
    for (String line : more) {
      lines.append("    ").append(line).append('\n');
    }
    return lines.toString();
  }

  /**
   * Starts a runner.
   *
   * @param functions lines below {@code functions}
   * @param runner lines below {@code fnRunner}
   */
  static FnRapid of(Path directory, String functions, String... runner) {
    int port = Rapid.freePort();
    StringBuilder text = new StringBuilder("fnRunner:\n  listen: 127.0.0.1:" + port + "\n");
    for (String line : runner) {
      text.append("  ").append(line).append('\n');
    }
    text.append("functions:\n").append(functions);
    Path file = directory.resolve("rapid.yaml");
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new FnRapid(Rapid.serve("--config=" + file), port);
  }

  private static ManagedChannel connect(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  Rapid rapid() {
    return rapid;
  }

  int port() {
    return port;
  }

  /** Opens a stream. */
  FnCall open() {
    return FnCall.open(channel);
  }

  /** Opens a stream that reads only what the test requests. */
  FnCall openUnread() {
    return FnCall.openUnread(channel);
  }

  /** Opens a stream that fails if the runner does not take it. */
  FnCall openNow() {
    return FnCall.openNow(channel);
  }

  /** Begins a call. */
  FnCall begin(CallJson call) {
    return begin(call, "");
  }

  FnCall begin(CallJson call, String body) {
    return open().send(call, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Runs a call to its end. */
  FnCall call(CallJson call) {
    return begin(call).end();
  }

  FnCall call(CallJson call, String body) {
    return begin(call, body).end();
  }

  RunnerStatus status() {
    return unary(RunnerProtocol.STATUS, new byte[0]);
  }

  <T> T unary(MethodDescriptor<byte[], T> method, byte[] request) {
    return ClientCalls.blockingUnaryCall(
        channel, method, CallOptions.DEFAULT.withWaitForReady(), request);
  }

  @Override
  public void close() {
    try (rapid) {
      channel.shutdownNow();
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
