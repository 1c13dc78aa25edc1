package dev.rapid.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** What workers print (contract azure-functions-worker, section 3.4). */
class WorkerOutputTest {

  private static final Logger LOGGER = Logger.getLogger("dev.rapid.azure.worker");

  private final Function function = new Function();
  private final WorkerLog log = new WorkerLog();
  private final ErrorLines errors = new ErrorLines();
  private boolean placeholder;
  private final WorkerOutput output = new WorkerOutput(function, () -> placeholder, errors);

  @BeforeEach
  void listen() {
    LOGGER.setLevel(Level.ALL);
    LOGGER.addHandler(log);
  }

  @AfterEach
  void stopListening() {
    LOGGER.removeHandler(log);
    LOGGER.setLevel(null);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "output-lines.txt", delimiter = '|', quoteCharacter = '`')
  void lines_go_to_the_log_of_the_function_or_of_the_worker(
      String printed, @Nullable String toFunction, @Nullable String toWorker) {
    print(text(printed));
    output.ended();

    assertThat(function.text()).isEqualTo(text(toFunction));
    assertThat(String.join("¶", log.lines)).isEqualTo(toWorker == null ? "" : toWorker);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "output-lines.txt", delimiter = '|', quoteCharacter = '`')
  void lines_may_come_byte_by_byte(
      String printed, @Nullable String toFunction, @Nullable String toWorker) {
    for (byte each : text(printed).getBytes(StandardCharsets.UTF_8)) {
      output.output(new byte[] {0, each, 0}, 1, 1);
    }
    output.ended();

    assertThat(function.text()).isEqualTo(text(toFunction));
    assertThat(String.join("¶", log.lines)).isEqualTo(toWorker == null ? "" : toWorker);
  }

  @Test
  void what_is_no_beginning_of_the_prefix_passes_at_once() {
    print("no newline yet");

    assertThat(function.events).containsExactly("no newline yet");
  }

  @Test
  void a_mark_comes_after_all_that_was_written_before_it() {
    print("Language");
    output.reached(5);
    print("WorkerConsoleLog is the function's now\n");

    assertThat(function.events)
        .containsExactly("Language", "mark 5", "WorkerConsoleLog is the function's now\n");
    assertThat(log.lines).isEmpty();
  }

  @Test
  void a_placeholder_prints_nothing_for_the_function() {
    placeholder = true;
    print("starting\nLanguageWorkerConsoleLog: warm\n");
    placeholder = false;
    print("hello\n");

    assertThat(function.text()).isEqualTo("hello\n");
    assertThat(log.lines).containsExactly(": warm");
  }

  @Test
  void a_very_long_line_of_the_worker_is_logged_in_pieces() {
    print("LanguageWorkerConsoleLog" + "x".repeat(10_000) + "\nhello\n");

    assertThat(log.lines).extracting(String::length).containsExactly(8192, 1808);
    assertThat(function.text()).isEqualTo("hello\n");
  }

  @ParameterizedTest
  @CsvFileSource(resources = "error-lines.txt", delimiter = '|', quoteCharacter = '`')
  void the_last_three_lines_that_look_like_errors_are_kept(
      String printed, @Nullable String expected) {
    print(text(printed));

    assertThat(String.join("¶", errors.last())).isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void a_very_long_error_is_cut_off() {
    print("error " + "x".repeat(10_000) + "\n");

    assertThat(errors.last()).singleElement().asString().hasSize(1000);
  }

  private void print(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    output.output(bytes, 0, bytes.length);
  }

  private static String text(@Nullable String written) {
    return written == null ? "" : written.replace('¶', '\n');
  }

  private static final class Function implements OutputListener {

    private final List<String> events = new ArrayList<>();

    @Override
    public void output(byte[] bytes, int offset, int length) {
      events.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
    }

    @Override
    public void message(
        byte[] bytes,
        int offset,
        int length,
        long epochMicros,
        @Nullable ApplicationLogLevel level) {}

    @Override
    public void reached(long mark) {
      events.add("mark " + mark);
    }

    @Override
    public void ended() {}

    private String text() {
      return String.join("", events);
    }
  }

  private static final class WorkerLog extends Handler {

    private final List<String> lines = new ArrayList<>();

    @Override
    public void publish(LogRecord entry) {
      lines.add(new SimpleFormatter().formatMessage(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
