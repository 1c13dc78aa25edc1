package dev.rapid.invokeapi.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which version a qualifier means (contract invoke-api, section 1.2). */
final class FunctionVersionsTest {

  private static final FunctionVersions VERSIONS =
      new FunctionVersions(
          List.of(PublishedVersion.of("10"), PublishedVersion.of("1"), PublishedVersion.of("2")),
          List.of(
              FunctionAlias.of("live", "1"),
              FunctionAlias.of("draft", "$LATEST"),
              weighted("canary", "1", Map.of("2", 0.25, "10", 0.25))));

  private static FunctionAlias weighted(String name, String version, Map<String, Double> weights) {
    return new FunctionAlias(name, version, weights, "", 0);
  }

  @ParameterizedTest
  @CsvSource({
    "$LATEST, $LATEST",
    "1, 1",
    "10, 10",
    "live, 1",
    "draft, $LATEST",
    "$LATEST.PUBLISHED, 10"
  })
  void a_qualifier_means_a_version(String qualifier, String version) {
    assertThat(VERSIONS.resolve(qualifier, () -> 0)).isEqualTo(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "$latest", "Live", "01", "LATEST"})
  void other_qualifiers_mean_none(String qualifier) {
    assertThat(VERSIONS.resolve(qualifier, () -> 0)).isNull();
  }

  @Test
  void nothing_is_the_newest_published_version_if_none_is_published() {
    assertThat(FunctionVersions.NONE.resolve("$LATEST.PUBLISHED", () -> 0)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "0.2499, 10", "0.25, 2", "0.4999, 2", "0.5, 1", "0.9999, 1"})
  void a_weighted_alias_means_a_version_by_chance(double random, String version) {
    assertThat(VERSIONS.resolve("canary", () -> random)).isEqualTo(version);
  }

  @Test
  void published_versions_are_in_the_order_of_their_numbers() {
    assertThat(VERSIONS.published())
        .extracting(PublishedVersion::version)
        .containsExactly("1", "2", "10");
  }

  @Test
  void the_provisioned_concurrency_of_aliases_adds_to_that_of_their_version() {
    FunctionVersions versions =
        new FunctionVersions(
            List.of(new PublishedVersion("1", "", 2), PublishedVersion.of("2")),
            List.of(new FunctionAlias("live", "1", Map.of("2", 0.5), "", 3)));

    assertThat(versions.provisioned("1")).isEqualTo(5);
    assertThat(versions.provisioned("2")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "01", "-1", "a", "$LATEST", "1.0"})
  void a_version_is_a_number(String version) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublishedVersion.of(version))
        .withMessage("The version '" + version + "' is not a number from 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "a b", "$LATEST", "a:b"})
  void the_name_of_an_alias_is_no_number_and_has_no_other_characters(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FunctionAlias.of(name, "1"))
        .withMessageStartingWith("The alias '" + name + "' is not");
  }

  @Test
  void the_weights_of_an_alias_are_at_most_1_together() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> weighted("a", "1", Map.of("2", 0.6, "3", 0.5)))
        .withMessage("The weights of alias 'a' are more than 1");
  }

  @Test
  void weights_of_decimal_fractions_may_be_1_together() {
    FunctionAlias alias =
        weighted("a", "1", Map.of("2", 0.1, "3", 0.2, "4", 0.3, "5", 0.3, "6", 0.1));

    assertThat(alias.weights()).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void a_weight_is_from_0_to_1(double weight) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> weighted("a", "1", Map.of("2", weight)))
        .withMessage("A weight of alias 'a' is " + weight + ", not from 0 to 1");
  }

  @Test
  void an_alias_is_of_versions_that_exist() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new FunctionVersions(
                List.of(PublishedVersion.of("1")), List.of(weighted("a", "1", Map.of("2", 0.1)))))
        .withMessage("The alias 'a' is of version '2', which does not exist");
  }

  @Test
  void a_name_is_given_once() {
    List<PublishedVersion> one = List.of(PublishedVersion.of("1"));

    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new FunctionVersions(
                one, List.of(FunctionAlias.of("a", "1"), FunctionAlias.of("a", "1"))))
        .withMessage("There are two aliases 'a'");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new FunctionVersions(
                List.of(PublishedVersion.of("1"), PublishedVersion.of("1")), List.of()))
        .withMessage("There are two versions 1");
  }
}
