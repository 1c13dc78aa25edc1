package dev.rapid.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.HttpResponse;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.app.AppIndex;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the process of a worker is ended (contract azure-functions-worker, section 14.1). */
class StopLadderTest {

  private static final int GENERATION = 1;
  private static final ProcessName WORKER = ProcessName.runtime(GENERATION);
  private static final ProcessExit EXIT = new ProcessExit.Exited(0);
  private static final Path APP = Path.of("/app");

  private final VirtualTime time = new VirtualTime();
  private final FakeProcesses real = FakeProcesses.stoppedByTheTest();
  private final FakeSession session = new FakeSession();
  private final Events events = new Events();
  private final AzureWorker worker =
      new AzureWorker(
          new LateWorkerHost(time, time, new FakeHost(session)),
          new WorkerSettings(
              new AzureSettings(
                  APP,
                  null,
                  null,
                  List.of("./worker"),
                  null,
                  null,
                  ArgumentStyle.BOTH,
                  Map.of(),
                  WorkerTimers.DEFAULT,
                  AzureSettings.DEFAULT_HOST_VERSION,
                  false,
                  null,
                  HttpResponse.ENVELOPE),
              null,
              Indexing.HOST,
              WorkerTimers.DEFAULT,
              1,
              null),
          new AppIndex(APP),
          Map::of);
  private final Processes processes = worker.around(real);

  @BeforeEach
  void expectWorker() throws Exception {
    WorkerStart unused = worker.prepare(GENERATION);
  }

  @Test
  void a_worker_that_understands_it_is_asked_to_end_and_nothing_else_while_its_grace_lasts() {
    session.understands = true;
    start();

    stop();

    assertThat(session.log).containsExactly("terminate PT5S");
    time.advanceBy(Duration.ofMillis(4999));
    assertThat(session.log).containsExactly("terminate PT5S");
    assertThat(real.signals()).isEmpty();
    assertThat(real.stops()).isEmpty();
  }

  @Test
  void what_a_worker_leaves_behind_is_killed_as_soon_as_it_has_ended() {
    session.understands = true;
    start();
    stop();

    real.exit(EXIT);

    assertThat(real.stops()).containsExactly(GENERATION);
    assertThat(real.signals()).isEmpty();
    real.gone();
    assertThat(events.log).containsExactly("started", "exited", "gone");
  }

  @Test
  void a_worker_that_ignores_the_request_loses_its_stream_and_gets_a_signal() {
    session.understands = true;
    start();
    stop();

    time.advanceBy(Duration.ofSeconds(5));

    assertThat(session.log).containsExactly("terminate PT5S", "end of stream");
    assertThat(real.signals()).containsExactly("TERM runtime-1");
    assertThat(real.stops()).isEmpty();
  }

  @Test
  void a_worker_that_does_not_understand_the_request_gets_the_signal_at_once() {
    start();

    stop();

    assertThat(session.log).containsExactly("terminate PT5S", "end of stream");
    assertThat(real.signals()).containsExactly("TERM runtime-1");
  }

  @Test
  void a_worker_that_ignores_the_signal_is_killed_after_a_second() {
    start();
    stop();

    time.advanceBy(Duration.ofMillis(999));
    assertThat(real.stops()).isEmpty();
    time.advanceBy(Duration.ofMillis(1));

    assertThat(real.stops()).containsExactly(GENERATION);
  }

  @Test
  void a_worker_that_ends_after_the_signal_is_not_stopped_twice() {
    start();
    stop();
    real.exit(EXIT);

    time.advanceBy(Duration.ofMinutes(1));

    assertThat(real.stops()).containsExactly(GENERATION);
  }

  @Test
  void a_worker_that_has_ended_is_asked_nothing() {
    start();
    real.exit(EXIT);

    stop();

    assertThat(session.log).isEmpty();
    assertThat(real.signals()).isEmpty();
    assertThat(real.stops()).containsExactly(GENERATION);
  }

  @Test
  void a_worker_that_could_not_be_started_is_asked_nothing() {
    real.failNextStart(new StartFailure(StartFailure.Kind.INVALID_ENTRYPOINT, "no such file"));
    start();

    stop();

    assertThat(events.log).containsExactly("start failed");
    assertThat(session.log).isEmpty();
    assertThat(real.stops()).containsExactly(GENERATION);
  }

  @Test
  void a_generation_that_was_never_started_is_gone() {
    stop();
    real.gone();

    assertThat(events.log).containsExactly("gone");
  }

  @Test
  void a_worker_that_is_only_to_terminate_is_not_killed() {
    start();

    processes.terminate(WORKER);
    time.advanceBy(Duration.ofMinutes(1));

    assertThat(real.signals()).containsExactly("TERM runtime-1");
    assertThat(real.stops()).isEmpty();
  }

  @Test
  void a_stop_goes_on_where_a_termination_has_come_to() {
    session.understands = true;
    start();
    processes.terminate(WORKER);
    time.advanceBy(Duration.ofSeconds(3));

    stop();

    assertThat(session.log).containsExactly("terminate PT5S");
    time.advanceBy(Duration.ofSeconds(2));
    assertThat(real.signals()).containsExactly("TERM runtime-1");
    time.advanceBy(Duration.ofSeconds(1));
    assertThat(real.stops()).containsExactly(GENERATION);
  }

  @Test
  void a_stop_after_a_termination_that_was_ignored_kills_at_once() {
    start();
    processes.terminate(WORKER);
    time.advanceBy(Duration.ofSeconds(2));

    stop();

    assertThat(real.stops()).containsExactly(GENERATION);
  }

  @Test
  void an_exit_has_the_last_errors_as_its_reason() {
    OutputListener output = worker.output(WORKER, new Output());
    start();
    byte[] printed = "hello\nerror: no disk\nfailed to start\n".getBytes(StandardCharsets.UTF_8);
    output.output(printed, 0, printed.length);

    real.exit(new ProcessExit.Exited(3));

    assertThat(events.exits).containsExactly("exit status 3: error: no disk | failed to start");
  }

  @Test
  void an_exit_without_errors_has_no_reason() {
    start();

    real.exit(new ProcessExit.Exited(3));

    assertThat(events.exits).containsExactly("exit status 3");
  }

  @Test
  void each_generation_has_a_ladder_of_its_own() throws Exception {
    start();
    stop();
    real.exit(EXIT);
    real.gone();
    WorkerStart unused = worker.prepare(2);
    processes.start(ProcessName.runtime(2), events);

    processes.stop(2, events);

    assertThat(real.signals()).containsExactly("TERM runtime-1", "TERM runtime-2");
  }

  @Test
  void a_process_that_is_stopped_where_it_is_cannot_answer() {
    start();

    processes.freeze(GENERATION);
    processes.thaw(GENERATION);

    assertThat(session.log).containsExactly("frozen", "thawed");
    assertThat(real.signals()).containsExactly("STOP generation 1", "CONT generation 1");
  }

  private void start() {
    processes.start(WORKER, events);
  }

  private void stop() {
    processes.stop(GENERATION, events);
  }

  private record FakeHost(WorkerSession session) implements WorkerHost {

    @Override
    public int port() {
      return 4711;
    }

    @Override
    public WorkerSession open(SessionSetup setup) {
      return session;
    }

    @Override
    public long droppedMessages() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private static final class FakeSession implements WorkerSession {

    private final List<String> log = new ArrayList<>();
    private boolean understands;

    @Override
    public boolean terminate(Duration grace) {
      log.add("terminate " + grace);
      return understands;
    }

    @Override
    public void endStream() {
      log.add("end of stream");
    }

    @Override
    public void frozen() {
      log.add("frozen");
    }

    @Override
    public void thawed() {
      log.add("thawed");
    }

    @Override
    public boolean isRestoring() {
      return false;
    }

    @Override
    public void close(Runnable closed) {
      closed.run();
    }
  }

  private static final class Output implements OutputListener {

    @Override
    public void output(byte[] bytes, int offset, int length) {}

    @Override
    public void message(
        byte[] bytes,
        int offset,
        int length,
        long epochMicros,
        @Nullable ApplicationLogLevel level) {}

    @Override
    public void ended() {}
  }

  private static final class Events implements Processes.Listener {

    private final List<String> log = new ArrayList<>();
    private final List<String> exits = new ArrayList<>();

    @Override
    public void started(ProcessName process) {
      log.add("started");
    }

    @Override
    public void startFailed(ProcessName process, StartFailure failure) {
      log.add("start failed");
    }

    @Override
    public void exited(ProcessName process, ProcessExit exit) {
      log.add("exited");
      exits.add(exit.describe());
    }

    @Override
    public void gone(int generation) {
      log.add("gone");
    }
  }
}
