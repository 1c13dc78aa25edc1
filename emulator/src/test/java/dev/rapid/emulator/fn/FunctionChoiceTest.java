package dev.rapid.emulator.fn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.emulator.settings.FnBinding;
import dev.rapid.fnrunner.CallModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Which function a call names (contract fn-runner, section 4.1). */
class FunctionChoiceTest {

  private record Named(String name, FnBinding binding) {}

  private static final Named BY_ID =
      new Named("by id", new FnBinding(List.of("id"), List.of(), null, false));
  private static final Named BY_IMAGE =
      new Named("by image", new FnBinding(List.of(), List.of("a/b:1"), null, false));
  private static final Named BY_REPOSITORY =
      new Named("by repository", new FnBinding(List.of(), List.of("a/b"), null, false));
  private static final Named BY_APP =
      new Named("by app", new FnBinding(List.of(), List.of(), "photos", false));
  private static final Named CATCH_ALL =
      new Named("catch-all", new FnBinding(List.of(), List.of(), null, true));

  private static final List<Named> ALL = List.of(CATCH_ALL, BY_APP, BY_REPOSITORY, BY_IMAGE, BY_ID);

  @Test
  void the_id_of_the_function_counts_most() {
    assertThat(chosen(ALL, call("id", "a/b:1", "photos"))).isEqualTo(BY_ID);
  }

  @Test
  void an_image_counts_more_than_its_repository() {
    assertThat(chosen(ALL, call("other", "a/b:1", "photos"))).isEqualTo(BY_IMAGE);
  }

  @Test
  void a_repository_counts_more_than_the_app() {
    assertThat(chosen(ALL, call("other", "a/b:2", "photos"))).isEqualTo(BY_REPOSITORY);
  }

  @Test
  void the_app_counts_more_than_what_takes_all_calls() {
    assertThat(chosen(ALL, call("other", "other", "photos"))).isEqualTo(BY_APP);
  }

  @Test
  void what_nothing_names_is_for_the_function_that_takes_all_calls() {
    assertThat(chosen(ALL, call("", "", ""))).isEqualTo(CATCH_ALL);
  }

  @Test
  void what_nothing_names_is_for_no_function_if_none_takes_all_calls() {
    assertThat(chosen(List.of(BY_ID, BY_IMAGE, BY_APP), call("other", "other", "other"))).isNull();
  }

  @Test
  void an_app_with_two_functions_names_none() {
    Named second = new Named("second", BY_APP.binding());

    assertThat(chosen(List.of(BY_APP, second), call("", "", "photos"))).isNull();
  }

  @ParameterizedTest
  @CsvFileSource(resources = "images.txt", delimiter = '|')
  void images_are_compared_in_their_full_form(String configured, String image, boolean expected) {
    Named function =
        new Named("function", new FnBinding(List.of(), List.of(configured), null, false));

    assertThat(chosen(List.of(function), call("", image, "")) != null).isEqualTo(expected);
  }

  private static @Nullable Named chosen(List<Named> functions, CallModel call) {
    return new FunctionChoice<>(functions, Named::binding).of(call);
  }

  private static CallModel call(String fnId, String image, String app) {
    return new CallModel(
        "call",
        image,
        false,
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        128,
        Map.of(),
        PayloadHeaders.NONE,
        "",
        app,
        fnId,
        "key");
  }
}
