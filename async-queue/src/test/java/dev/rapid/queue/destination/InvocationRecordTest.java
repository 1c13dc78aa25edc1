package dev.rapid.queue.destination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.queue.Settlement;
import dev.rapid.core.queue.Settlement.Condition;
import dev.rapid.queue.store.Attributes;
import dev.rapid.queue.store.StoredEntry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of {@code invocation-records.txt}. */
class InvocationRecordTest {

  private static final long NOW = Instant.parse("2026-09-15T10:17:21.345Z").toEpochMilli();

  /** A case of the file: its name and the values of its keys. */
  record Case(String name, Map<String, String> values) {

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    try (InputStream file =
        InvocationRecordTest.class.getResourceAsStream("invocation-records.txt")) {
      for (String line : new String(file.readAllBytes(), UTF_8).lines().toList()) {
        if (line.startsWith("= ")) {
          cases.add(new Case(line.substring(2), new HashMap<>()));
        } else if (!line.isBlank() && !line.startsWith("#")) {
          String[] parts = line.split(": ?", 2);
          cases.getLast().values().put(parts[0], parts[1]);
        }
      }
    }
    assertThat(cases).hasSizeGreaterThan(5);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_record_is_the_line_of_the_contract(Case c) {
    Map<String, String> values = c.values();
    String qualifier = values.get("qualifier");
    int attempts = Integer.parseInt(values.getOrDefault("attempts", "0"));
    StoredEntry entry =
        Invoked.afterAttempts(
            Invoked.event(
                Objects.requireNonNull(values.get("event")),
                qualifier == null ? Map.of() : Map.of(Attributes.QUALIFIER, qualifier)),
            attempts);
    String condition = values.get("condition");
    Settlement settlement =
        condition == null
            ? new Settlement.Done()
            : new Settlement.Dead(Condition.valueOf(condition), attempts, "reason");
    String version = values.getOrDefault("version", "$LATEST");
    String result = values.get("result");
    String error = values.get("error");
    InvocationResult answer =
        result != null
            ? Invoked.answer(version, null, result)
            : error != null ? Invoked.answer(version, "Unhandled", error) : null;

    byte[] written = InvocationRecord.of(entry, settlement, answer, NOW);

    assertThat(new String(written, UTF_8))
        .isEqualTo(Objects.requireNonNull(values.get("record")).replace("ARN", Invoked.ARN));
  }
}
