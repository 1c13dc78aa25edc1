package dev.rapid.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a trace header is read (contract invoke-api, section 1.8). */
final class TraceHeaderTest {

  @Test
  void fields_are_between_semicolons() {
    TraceHeader header = TraceHeader.parse("Root=1-2;Parent=3;Sampled=1;Lineage=a:b");

    assertThat(header.root()).isEqualTo("1-2");
    assertThat(header.parent()).isEqualTo("3");
    assertThat(header.get("Lineage")).isEqualTo("a:b");
    assertThat(header.isSampled()).isTrue();
  }

  @Test
  void the_last_of_several_values_counts() {
    assertThat(TraceHeader.parse("Root=1;Root=2").root()).isEqualTo("2");
    assertThat(TraceHeader.parse("Root=1;Root=").root()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {" Root=1", "Root =1", "root=1", "Root", "Root==1", "Root=1=2", "Root=", ""})
  void nothing_else_is_the_root(String header) {
    assertThat(TraceHeader.parse(header).root()).isNull();
  }

  @Test
  void values_are_not_trimmed() {
    assertThat(TraceHeader.parse("Root= 1 ;Sampled=1 ").root()).isEqualTo(" 1 ");
    assertThat(TraceHeader.isSampled("Root=1;Sampled=1 ")).isFalse();
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
    assertThat(TraceHeader.isSampled(header)).isEqualTo(sampled);
  }

  @Test
  void fields_are_added_or_replaced() {
    TraceHeader header = TraceHeader.parse("Parent=1;junk;x=y");

    assertThat(header.withFirst("Root", "2").with("Parent", "3").toString())
        .isEqualTo("Root=2;Parent=3;x=y");
    assertThat(header.toString()).isEqualTo("Parent=1;x=y");
    assertThat(TraceHeader.parse(null).toString()).isEmpty();
  }
}
