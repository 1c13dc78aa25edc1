package dev.rapid.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdentifiersTest {

  @Test
  void sorted_identifiers_are_uuids_of_version_7_with_the_time() {
    UUID id = Identifiers.sortedByTime(0x0123_4567_89abL);

    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.toString()).startsWith("01234567-89ab-7");
  }

  @Test
  void sorted_identifiers_of_one_moment_differ() {
    assertThat(Identifiers.sortedByTime(5)).isNotEqualTo(Identifiers.sortedByTime(5));
  }

  @Test
  void sorted_identifiers_of_one_moment_sort_as_they_were_made() {
    List<String> made =
        IntStream.range(0, 1000).mapToObj(i -> Identifiers.sortedByTime(6).toString()).toList();

    assertThat(made).isSorted();
  }

  @Test
  void a_random_identifier_is_a_uuid_of_version_4() {
    assertThat(UUID.fromString(Identifiers.random()).version()).isEqualTo(4);
  }
}
