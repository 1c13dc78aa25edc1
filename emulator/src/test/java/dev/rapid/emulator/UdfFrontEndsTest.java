package dev.rapid.emulator;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.codec.FrameReader;
import dev.rapid.kapacitor.codec.FrameWriter;
import dev.rapid.kapacitor.codec.UnixStreams;
import dev.rapid.kapacitor.protocol.InfoRequest;
import dev.rapid.kapacitor.protocol.InfoResponse;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets of exposed functions, from the start of the program to its end. */
@Timeout(120)
final class UdfFrontEndsTest {

  private static final UdfExposure USUAL = UdfExposure.DEFAULT;

  // Short, because the path of a socket may not be long.
  private Path directory;

  private final List<Host> hosts = new ArrayList<>();

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("udf");
  }

  @AfterEach
  void closeHosts() throws IOException {
    hosts.forEach(Host::close);
    Files.deleteIfExists(directory);
  }

  private FunctionSettings function(String name, EdgeType wants) {
    UdfExposure exposure =
        new UdfExposure(
            socket(name),
            USUAL.socketMode(),
            wants,
            USUAL.provides(),
            USUAL.options(),
            USUAL.streamMaxPoints(),
            USUAL.streamMaxWait(),
            USUAL.dropsOnFunctionError(),
            USUAL.retries(),
            USUAL.snapshotsSandbox(),
            USUAL.orderedKeepalive(),
            USUAL.maxQueuedPoints(),
            USUAL.maxFrameBytes(),
            USUAL.schema());
    return FunctionSettings.builder(EchoRuntime.command(), directory)
        .name(name)
        .udf(exposure)
        .build();
  }

  private FunctionSettings function(String name) {
    return function(name, EdgeType.STREAM);
  }

  private Path socket(String name) {
    return directory.resolve(name);
  }

  private static Rapid start(FunctionSettings... functions) throws IOException {
    Rapid.Builder builder = Rapid.builder();
    for (FunctionSettings each : functions) {
      builder.function(each);
    }
    return builder.start();
  }

  private static void apply(Rapid rapid, FunctionSettings... functions) throws IOException {
    Changes unused =
        rapid.apply(
            new ProgramSettings(
                Arrays.asList(functions),
                List.of(),
                Listeners.NONE,
                FrontEnd.DEFAULT,
                List.of(),
                Set.of(),
                null,
                QueueSettings.DEFAULT));
  }

  /** Connects, and waits until the function has answered. */
  private Host connect(String name) throws IOException {
    Host host = new Host(socket(name));
    hosts.add(host);
    assertThat(host.info().getProvides()).isEqualTo(dev.rapid.kapacitor.protocol.EdgeType.STREAM);
    return host;
  }

  /** A host that asks for nothing but Info. */
  private static final class Host implements AutoCloseable {

    private final UnixStreams streams;
    private final FrameWriter writer;
    private final FrameReader<Response> reader;

    Host(Path socket) throws IOException {
      streams = new UnixStreams(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
      writer = new FrameWriter(streams.out());
      reader = new FrameReader<>(Response.parser(), streams.in(), 1_000_000);
    }

    InfoResponse info() throws IOException {
      writer.write(Request.newBuilder().setInfo(InfoRequest.getDefaultInstance()).build());
      Response answer = reader.next();
      if (answer == null) {
        throw new AssertionError("there is no answer");
      }
      return answer.getInfo();
    }

    /** Returns the error with which the function ends, null if it ends without one. */
    @Nullable String error() throws IOException {
      Response last = reader.next();
      return last == null ? null : last.getError().getError();
    }

    @Override
    public void close() {
      try {
        streams.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void hosts_that_do_not_close_share_the_time_until_the_program_has_ended() throws IOException {
    List<String> names = IntStream.range(0, 8).mapToObj(i -> "f" + i).toList();
    Rapid rapid = start(names.stream().map(this::function).toArray(FunctionSettings[]::new));
    try (rapid) {
      for (String each : names) {
        Host unused = connect(each);
      }
      long began = System.nanoTime();

      rapid.close();

      // Each of them has a second.
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(6));
    }
    for (Host each : hosts) {
      assertThat(each.error()).contains("UDF.Stopped");
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void a_host_is_told_of_a_change_of_how_its_function_is_exposed_and_may_come_back()
      throws IOException {
    try (Rapid rapid = start(function("f"))) {
      Host before = connect("f");

      apply(rapid, function("f", EdgeType.BATCH));

      assertThat(before.error()).contains("UDF.Stopped");
      assertThat(connect("f").info().getWants())
          .isEqualTo(dev.rapid.kapacitor.protocol.EdgeType.BATCH);
    }
  }

  @Test
  void a_host_of_a_function_that_stays_goes_on_while_others_come_and_go() throws IOException {
    try (Rapid rapid = start(function("stays"), function("goes"))) {
      Host stays = connect("stays");
      Host goes = connect("goes");

      apply(rapid, function("stays"), function("comes"));

      assertThat(goes.error()).contains("UDF.Stopped");
      assertThat(socket("goes")).doesNotExist();
      assertThat(stays.info().getWants()).isEqualTo(dev.rapid.kapacitor.protocol.EdgeType.STREAM);
      Host unused = connect("comes");
    }
  }

  @Test
  void an_announced_end_refuses_new_hosts_and_leaves_the_others() throws IOException {
    try (Rapid rapid = Rapid.builder().function(function("f")).listen("127.0.0.1", 0).start()) {
      Host connected = connect("f");

      given()
          .post("http://127.0.0.1:" + rapid.address().getPort() + "/_rapid/drain")
          .then()
          .statusCode(200);

      assertThatExceptionOfType(IOException.class).isThrownBy(() -> connect("f"));
      assertThat(connected.info().getWants())
          .isEqualTo(dev.rapid.kapacitor.protocol.EdgeType.STREAM);
    }
  }
}
