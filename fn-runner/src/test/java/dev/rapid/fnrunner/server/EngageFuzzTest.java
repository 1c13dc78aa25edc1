package dev.rapid.fnrunner.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rapid.fnrunner.FnRunnerSettings;
import dev.rapid.fnrunner.server.protocol.ClientMsg;
import dev.rapid.fnrunner.server.protocol.DataFrame;
import dev.rapid.fnrunner.server.protocol.RunnerProtocolGrpc;
import dev.rapid.fnrunner.server.protocol.TryCall;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Streams of random messages: the runner stays up, and keeps no call, invocation or byte. {@code
 * -Dfuzz.seed=N} repeats a run, and {@code -Dfuzz.streams=N} makes it longer.
 */
class EngageFuzzTest {

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private static final MethodDescriptor<byte[], byte[]> ENGAGE =
      MethodDescriptor.newBuilder(BYTES, BYTES)
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName(RunnerProtocolGrpc.getEngageMethod().getFullMethodName())
          .build();

  private static final List<String> CALLS =
      List.of(
          "{\"id\":\"1\",\"image\":\"f\",\"timeout\":5}",
          "{\"id\":\"1\",\"image\":\"f\",\"timeout\":5}",
          "{\"id\":\"1\",\"image\":\"f\",\"timeout\":5,\"type\":\"detached\"}",
          "{\"id\":\"1\",\"image\":\"buffered\",\"timeout\":5}",
          "{\"id\":\"1\",\"image\":\"buffered\",\"timeout\":5}",
          "{\"id\":\"1\",\"image\":\"other\",\"timeout\":5}",
          "{\"id\":\"1\",\"image\":\"f\",\"timeout\":-5}",
          "{\"id\":{}}",
          "{",
          "",
          "[".repeat(100_000),
          "{\"a\":".repeat(5_000),
          "{\"id\":\"1\",\"image\":\"f\",\"timeout\":5,\"config\":{\"A\":\""
              + "x".repeat(1_000_000)
              + "\"}}");

  private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final FuzzedFunctions functions = new FuzzedFunctions(new Random(seed + 1));

  /** The streams that have not ended, and what was sent. */
  private final Map<Integer, String> open = new ConcurrentHashMap<>();

  private GrpcRunner runner;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    runner =
        GrpcRunner.start(
            new FnRunnerSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null,
                Duration.ZERO,
                true,
                null,
                100_000,
                50_000),
            functions);
    client = new Client(runner.address());
  }

  @AfterEach
  void stop() {
    client.close();
    runner.close();
    functions.close();
  }

  @Test
  void nothing_is_left_of_streams_of_any_messages() throws Exception {
    int streams = Integer.getInteger("fuzz.streams", 300);
    for (int i = 0; i < streams; i++) {
      stream(i);
    }

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(open).as("seed %d", seed).isEmpty());
    assertThat(runner.awaitIdle(Duration.ofSeconds(60))).as("seed %d", seed).isTrue();
    await().untilAsserted(() -> assertThat(functions.openPayloads()).as("seed %d", seed).isZero());
    assertThat(runner.context().counters().active()).as("seed %d", seed).isZero();
    assertThat(runner.context().budget().used()).as("seed %d", seed).isZero();
    assertThat(functions.faults()).as("seed %d", seed).isEmpty();

    functions.behaveWell();
    assertThat(client.open().attemptImage("f").data("x", false).eof().untilEnd()).hasSize(3);
  }

  /** Sends a random stream. The client leaves some of them, and closes all others in the end. */
  private void stream(int number) {
    List<byte[]> messages = messages();
    int end = random.nextInt(3);
    open.put(number, describe(messages, end));
    ClientCall<byte[], byte[]> call = client.channel().newCall(ENGAGE, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            open.remove(number);
          }
        },
        new Metadata());
    call.request(random.nextInt(3) == 0 ? 1 : Integer.MAX_VALUE);
    for (byte[] each : messages) {
      call.sendMessage(each);
    }
    switch (end) {
      case 0 -> call.cancel("The test has cancelled", null);
      case 1 -> call.halfClose();
      default -> {
        // As a load balancer does, which does not end its side.
        call.sendMessage(data(0, true));
      }
    }
    call.request(Integer.MAX_VALUE);
  }

  private static String describe(List<byte[]> messages, int end) {
    StringBuilder text = new StringBuilder("end " + end);
    for (byte[] each : messages) {
      int length = Math.min(each.length, 60);
      text.append("; ").append(each.length).append(" bytes ");
      text.append(HexFormat.of().formatHex(each, 0, length));
    }
    return text.toString();
  }

  private List<byte[]> messages() {
    List<byte[]> messages = new ArrayList<>();
    if (random.nextInt(10) > 0) {
      messages.add(attempt());
    }
    int count = random.nextInt(8);
    for (int i = 0; i < count; i++) {
      messages.add(
          switch (random.nextInt(20)) {
            case 0 -> attempt();
            case 1 -> garbage();
            case 2 -> ClientMsg.getDefaultInstance().toByteArray();
            // A try whose text is not UTF-8.
            case 3 -> new byte[] {0x0a, 0x04, 0x0a, 0x02, (byte) 0xff, (byte) 0xfe};
            default -> data(random.nextInt(40_000), random.nextInt(4) == 0);
          });
    }
    if (random.nextInt(4) > 0) {
      messages.add(data(0, true));
    }
    return messages;
  }

  private byte[] attempt() {
    TryCall.Builder attempt =
        TryCall.newBuilder().setModelsCallJson(CALLS.get(random.nextInt(CALLS.size())));
    if (random.nextInt(5) == 0) {
      attempt.setSlotHashId(random.nextBoolean() ? "6162" : "x");
    }
    return ClientMsg.newBuilder().setTry(attempt).build().toByteArray();
  }

  private static byte[] data(int length, boolean eof) {
    return ClientMsg.newBuilder()
        .setData(DataFrame.newBuilder().setData(ByteString.copyFrom(new byte[length])).setEof(eof))
        .build()
        .toByteArray();
  }

  private byte[] garbage() {
    byte[] bytes = new byte[random.nextInt(100)];
    random.nextBytes(bytes);
    return bytes;
  }
}
