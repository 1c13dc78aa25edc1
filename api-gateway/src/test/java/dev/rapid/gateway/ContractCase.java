package dev.rapid.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.http.testing.WireAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A test case of a data file: a request, and what the event or the response must have. An expected
 * value is JSON, or one of these texts: {@code (absent)}, {@code (present)}, {@code (matches)} and
 * a regular expression, {@code (members)} and all names in alphabetical order.
 */
record ContractCase(JsonNode data) {

  private static final String ABSENT = "(absent)";
  private static final String PRESENT = "(present)";
  private static final String MATCHES = "(matches) ";
  private static final String MEMBERS = "(members) ";

  /** Returns the cases of a file. */
  static Stream<ContractCase> in(String file) {
    try (InputStream in = ContractCase.class.getResourceAsStream(file)) {
      List<ContractCase> cases = new ArrayList<>();
      TestFunction.JSON.readTree(in).forEach(data -> cases.add(new ContractCase(data)));
      return cases.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String api() {
    return data.path("api").asText();
  }

  /** Sends the request of the case; {@code {id}} in a header is the id of the API. */
  WireAnswer send(FrontDoor door, String apiId) {
    List<String> headers = new ArrayList<>();
    data.path("headers").forEach(line -> headers.add(line.asText().replace("{id}", apiId)));
    return door.send(data.path("request").asText(), body(), headers);
  }

  /** Sends the result of the case to a function that returns what it gets. */
  WireAnswer sendResult(FrontDoor door) {
    List<String> headers = new ArrayList<>(List.of("Content-Type: text/plain"));
    data.path("headers").forEach(line -> headers.add(line.asText()));
    return door.send("POST /say", data.path("result").asText().getBytes(UTF_8), headers);
  }

  private byte @Nullable [] body() {
    if (data.has("bodyInHex")) {
      return HexFormat.of().parseHex(data.path("bodyInHex").asText());
    }
    return data.has("body") ? data.path("body").asText().getBytes(UTF_8) : null;
  }

  /** Checks what is expected, of which there is something. */
  void check(WireAnswer answer) {
    assertThat(data.has("event") || data.has("response")).as("expectations").isTrue();
    if (data.has("event")) {
      checkEvent(answer);
    }
    if (data.has("response")) {
      checkResponse(answer, data.path("response"));
    }
  }

  private void checkEvent(WireAnswer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    JsonNode event = FrontDoor.event(answer);
    for (Map.Entry<String, JsonNode> expected : data.path("event").properties()) {
      JsonNode found = event.at(expected.getKey());
      check(expected.getKey(), found, expected.getValue());
    }
    for (Map.Entry<String, JsonNode> same : data.path("sameAsHeader").properties()) {
      assertThat(event.at(same.getKey()).asText())
          .as(same.getKey())
          .isEqualTo(answer.header(same.getValue().asText()));
    }
  }

  private static void check(String place, JsonNode found, JsonNode expected) {
    String text = expected.isTextual() ? expected.textValue() : "";
    if (text.equals(ABSENT)) {
      assertThat(found.isMissingNode()).as(place + " is absent, not " + found).isTrue();
    } else if (text.startsWith(MATCHES)) {
      assertThat(found.textValue()).as(place).matches(text.substring(MATCHES.length()));
    } else if (text.startsWith(MEMBERS)) {
      TreeSet<String> names = new TreeSet<>();
      found.fieldNames().forEachRemaining(names::add);
      assertThat(String.join(" ", names)).as(place).isEqualTo(text.substring(MEMBERS.length()));
    } else if (expected.isNumber()) {
      assertThat(found.asLong()).as(place).isEqualTo(expected.asLong());
    } else {
      assertThat(found).as(place).isEqualTo(expected);
    }
  }

  private static void checkResponse(WireAnswer answer, JsonNode expected) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(expected.path("status").asInt());
    if (expected.has("text")) {
      String text = expected.path("text").asText();
      if (text.startsWith(MATCHES)) {
        assertThat(answer.text()).matches(text.substring(MATCHES.length()));
      } else {
        assertThat(answer.text()).isEqualTo(text);
      }
    }
    if (expected.has("hex")) {
      assertThat(HexFormat.of().formatHex(answer.body())).isEqualTo(expected.path("hex").asText());
    }
    expected.path("headers").properties().forEach(each -> checkHeader(answer, each));
    List<String> names =
        answer.headerLines().stream().map(line -> line.substring(0, line.indexOf(':'))).toList();
    expected.path("names").forEach(name -> assertThat(names).contains(name.asText()));
    expected.path("noNames").forEach(name -> assertThat(names).doesNotContain(name.asText()));
  }

  private static void checkHeader(WireAnswer answer, Map.Entry<String, JsonNode> expected) {
    List<String> values = answer.headers(expected.getKey());
    if (expected.getValue().isArray()) {
      List<String> wanted = new ArrayList<>();
      expected.getValue().forEach(value -> wanted.add(value.asText()));
      assertThat(values).as(expected.getKey()).isEqualTo(wanted);
      return;
    }
    String text = Objects.requireNonNull(expected.getValue().textValue());
    switch (text) {
      case ABSENT -> assertThat(values).as(expected.getKey()).isEmpty();
      case PRESENT -> assertThat(values).as(expected.getKey()).hasSize(1);
      default -> {
        assertThat(values).as(expected.getKey()).hasSize(1);
        if (text.startsWith(MATCHES)) {
          assertThat(values.getFirst()).matches(text.substring(MATCHES.length()));
        } else {
          assertThat(values.getFirst()).as(expected.getKey()).isEqualTo(text);
        }
      }
    }
  }

  @Override
  public String toString() {
    String what = data.has("result") ? data.path("result").asText() : data.path("request").asText();
    return data.path("case").asText() + ": " + api() + " " + what;
  }
}
