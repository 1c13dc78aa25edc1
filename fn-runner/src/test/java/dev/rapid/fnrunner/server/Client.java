package dev.rapid.fnrunner.server;

import com.google.protobuf.ByteString;
import dev.rapid.fnrunner.server.protocol.CallFinished;
import dev.rapid.fnrunner.server.protocol.ClientMsg;
import dev.rapid.fnrunner.server.protocol.DataFrame;
import dev.rapid.fnrunner.server.protocol.RunnerMsg;
import dev.rapid.fnrunner.server.protocol.RunnerProtocolGrpc;
import dev.rapid.fnrunner.server.protocol.TryCall;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of a runner. */
final class Client implements AutoCloseable {

  private final ManagedChannel channel;

  Client(InetSocketAddress address) {
    this(NettyChannelBuilder.forAddress(address).usePlaintext().directExecutor().build());
  }

  Client(ManagedChannel channel) {
    this.channel = channel;
  }

  ManagedChannel channel() {
    return channel;
  }

  RunnerProtocolGrpc.RunnerProtocolBlockingStub blocking() {
    return RunnerProtocolGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  /** Opens a stream that takes all messages. */
  Stream open() {
    return new Stream(Integer.MAX_VALUE);
  }

  /** Opens a stream that takes some messages and then stops reading. */
  Stream open(int messages) {
    return new Stream(messages);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** One call. */
  final class Stream {

    private final ClientCall<ClientMsg, RunnerMsg> call =
        channel.newCall(RunnerProtocolGrpc.getEngageMethod(), CallOptions.DEFAULT);
    private final LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();

    Stream(int messages) {
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onMessage(RunnerMsg message) {
              received.add(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              received.add(status);
            }
          },
          new Metadata());
      call.request(messages);
    }

    Stream send(ClientMsg message) {
      call.sendMessage(message);
      return this;
    }

    Stream attempt(String json) {
      return send(
          ClientMsg.newBuilder().setTry(TryCall.newBuilder().setModelsCallJson(json)).build());
    }

    /** Sends a call of a function that has 5 seconds, and otherwise nothing. */
    Stream attemptImage(String image) {
      return attempt("{\"id\":\"01CALL\",\"image\":\"" + image + "\",\"timeout\":5}");
    }

    Stream data(String bytes, boolean eof) {
      return data(ByteString.copyFromUtf8(bytes), eof);
    }

    Stream data(ByteString bytes, boolean eof) {
      return send(
          ClientMsg.newBuilder()
              .setData(DataFrame.newBuilder().setData(bytes).setEof(eof))
              .build());
    }

    Stream eof() {
      return data("", true);
    }

    Stream halfClose() {
      call.halfClose();
      return this;
    }

    Stream cancel() {
      call.cancel("The test has cancelled", null);
      return this;
    }

    Stream request(int messages) {
      call.request(messages);
      return this;
    }

    boolean isReady() {
      return call.isReady();
    }

    /** Returns the next message, or the status at the end. */
    Object next() throws InterruptedException {
      Object next = received.poll(20, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing came");
      }
      return next;
    }

    RunnerMsg nextMessage() throws InterruptedException {
      return (RunnerMsg) next();
    }

    /** Returns all messages up to the end, which must be in order. */
    List<RunnerMsg> untilEnd() throws InterruptedException {
      List<RunnerMsg> messages = new ArrayList<>();
      for (Object next = next(); ; next = next()) {
        if (next instanceof Status status) {
          if (!status.isOk()) {
            throw new AssertionError(status);
          }
          return messages;
        }
        messages.add((RunnerMsg) next);
      }
    }

    /** Returns the end, which must be the only message. */
    CallFinished onlyFinished() throws InterruptedException {
      List<RunnerMsg> messages = untilEnd();
      if (messages.size() != 1 || !messages.get(0).hasFinished()) {
        throw new AssertionError(messages);
      }
      return messages.get(0).getFinished();
    }

    /** Returns the status of a stream that ends without a message. */
    Status onlyStatus() throws InterruptedException {
      return (Status) next();
    }
  }
}
