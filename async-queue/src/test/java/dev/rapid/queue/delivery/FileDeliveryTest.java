package dev.rapid.queue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.AttemptRunner;
import dev.rapid.queue.destination.DeliveryKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDeliveryTest {

  @TempDir Path directory;

  private final DeliveryRunners runners = new DeliveryRunners(Map.of());
  private Path file = Path.of("");

  @BeforeEach
  void nameFile() {
    file = directory.resolve("records.ndjson");
  }

  @AfterEach
  void close() {
    runners.close();
  }

  private AttemptRunner runner() {
    return runners.runner(new Destination.OfFile(file));
  }

  @Test
  void each_record_is_a_line_at_the_end_of_the_file() throws IOException {
    Files.writeString(file, "{\"before\":1}\n");

    Delivered.by(runner(), Delivered.record(DeliveryKind.SUCCESS, "{\"n\":1}"));
    Delivered.by(runner(), Delivered.record(DeliveryKind.FAILURE, "{\"n\":2}"));

    assertThat(file).hasContent("{\"before\":1}\n{\"n\":1}\n{\"n\":2}\n");
  }

  @Test
  void a_dead_letter_is_a_message_with_attributes() {
    Delivered.by(runner(), Delivered.deadLetter("{\"n\": 1}", "no \"stock\""));

    assertThat(file)
        .hasContent(
            "{\"body\":\"{\\\"n\\\": 1}\",\"messageAttributes\":{"
                + "\"RequestID\":{\"stringValue\":\"r\",\"dataType\":\"String\"},"
                + "\"ErrorCode\":{\"stringValue\":\"200\",\"dataType\":\"Number\"},\"ErrorMessage\":{\"stringValue\":\"no"
                + " \\\"stock\\\"\",\"dataType\":\"String\"}}}\n");
  }

  @Test
  void lines_of_many_deliveries_at_once_stay_whole() throws IOException {
    List<String> payloads = IntStream.range(0, 500).mapToObj(n -> "{\"n\":" + n + "}").toList();
    AttemptRunner runner = runner();

    List<CompletableFuture<AttemptResult>> ends =
        payloads.stream()
            .map(
                payload -> Delivered.begun(runner, Delivered.record(DeliveryKind.SUCCESS, payload)))
            .toList();

    assertThat(ends)
        .allSatisfy(end -> assertThat(end.join()).isEqualTo(new AttemptResult.Succeeded()));
    assertThat(Files.readAllLines(file)).containsExactlyElementsOf(payloads);
  }

  @Test
  void a_line_that_a_crash_has_cut_does_not_spoil_the_next_one() throws IOException {
    Files.writeString(file, "{\"cut\":");

    Delivered.by(runner(), Delivered.record(DeliveryKind.SUCCESS, "{\"n\":1}"));

    assertThat(file).hasContent("{\"cut\":\n{\"n\":1}\n");
  }

  @Test
  void a_file_that_was_moved_away_begins_anew() throws IOException {
    Delivered.by(runner(), Delivered.record(DeliveryKind.SUCCESS, "{\"n\":1}"));
    Files.move(file, directory.resolve("records.1"));

    Delivered.by(runner(), Delivered.record(DeliveryKind.SUCCESS, "{\"n\":2}"));

    assertThat(file).hasContent("{\"n\":2}\n");
  }

  @Test
  void a_missing_directory_is_named_as_the_reason() {
    Path lost = directory.resolve("gone/records.ndjson");
    AttemptRunner toLost = runners.runner(new Destination.OfFile(lost));

    assertThat(Delivered.by(toLost, Delivered.record(DeliveryKind.SUCCESS, "1")))
        .isEqualTo(
            new AttemptResult.NotRun("cannot write " + lost + ": its directory does not exist"));
  }

  @Test
  void a_file_that_cannot_be_written_does_not_count_as_an_attempt() throws IOException {
    Files.createDirectory(file);

    assertThat(Delivered.by(runner(), Delivered.record(DeliveryKind.SUCCESS, "1")))
        .isInstanceOfSatisfying(
            AttemptResult.NotRun.class,
            result -> assertThat(result.reason()).startsWith("cannot write " + file));
  }
}
