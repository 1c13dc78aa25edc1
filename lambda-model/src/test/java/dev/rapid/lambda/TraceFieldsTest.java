package dev.rapid.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a trace header is read (contract invoke-api, section 1.8). */
final class TraceFieldsTest {

  @Test
  void fields_are_between_semicolons() {
    TraceFields fields = TraceFields.of("Root=1-2;Parent=3;Sampled=1;Lineage=a:b");

    assertThat(fields.get(TraceFields.ROOT)).isEqualTo("1-2");
    assertThat(fields.get(TraceFields.PARENT)).isEqualTo("3");
    assertThat(fields.get("Lineage")).isEqualTo("a:b");
    assertThat(fields.isSampled()).isTrue();
  }

  @Test
  void the_last_of_several_values_counts() {
    assertThat(TraceFields.of("Root=1;Root=2").get(TraceFields.ROOT)).isEqualTo("2");
    assertThat(TraceFields.of("Root=1;Root=").get(TraceFields.ROOT)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {" Root=1", "Root =1", "root=1", "Root", "Root==1", "Root=1=2", "Root=", ""})
  void nothing_else_is_the_root(String header) {
    assertThat(TraceFields.of(header).get(TraceFields.ROOT)).isNull();
  }

  @Test
  void values_are_not_trimmed() {
    assertThat(TraceFields.of("Root= 1 ;Sampled=1 ").get(TraceFields.ROOT)).isEqualTo(" 1 ");
    assertThat(TraceFields.isSampled("Root=1;Sampled=1 ")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "Root=1;Sampled=1, true",
        "Sampled=1, false",
        "Root=1;Sampled=0, false",
        "Root=1; Sampled=1, false",
        "Root=1;Sampled=1;Sampled=0, false",
        "NULL, false"
      },
      nullValues = "NULL")
  void a_trace_is_sampled_if_it_has_a_root_and_says_so(String header, boolean sampled) {
    assertThat(TraceFields.isSampled(header)).isEqualTo(sampled);
  }

  @Test
  void fields_are_added_or_replaced() {
    TraceFields fields = TraceFields.of("Parent=1;junk;x=y");

    assertThat(fields.withFirst("Root", "2").with("Parent", "3").header())
        .isEqualTo("Root=2;Parent=3;x=y");
    assertThat(fields.header()).isEqualTo("Parent=1;x=y");
    assertThat(TraceFields.of(null).isEmpty()).isTrue();
  }
}
