package dev.rapid.azure.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Bindings as apps and workers describe them (contract azure-functions-worker, section 6.2). */
class BindingsTest {

  @ParameterizedTest
  @CsvFileSource(resources = "bindings.txt", delimiter = '|', quoteCharacter = '`')
  void bindings_are_read_in_any_case_and_checked(@Nullable String raw, String expected) {
    assertThat(resultOf(raw == null ? List.of() : Arrays.asList(raw.split("(?<=}) (?=\\{)"))))
        .isEqualTo(expected);
  }

  @Test
  void all_members_of_a_binding_are_kept() throws Exception {
    Binding binding =
        Bindings.parse(List.of("{\"name\":\"r\",\"type\":\"httpTrigger\",\"route\":\"a/{id}\"}"))
            .getFirst();

    assertThat(binding.options().path("route").asText()).isEqualTo("a/{id}");
  }

  @Test
  void a_name_may_have_128_letters_and_no_more() {
    assertThat(resultOf(List.of(trigger("a".repeat(128))))).endsWith("queueTrigger IN UNDEFINED");
    assertThat(resultOf(List.of(trigger("a".repeat(129))))).contains("at most 127 letters");
  }

  private static String trigger(String name) {
    return "{\"name\":\"" + name + "\",\"type\":\"queueTrigger\"}";
  }

  private static String resultOf(List<String> raw) {
    try {
      return Bindings.parse(raw).stream()
          .map(each ->
              each.name() + " " + each.type() + " " + each.direction() + " " + each.dataType())
          .collect(Collectors.joining(", "));
    } catch (InvalidAppException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
