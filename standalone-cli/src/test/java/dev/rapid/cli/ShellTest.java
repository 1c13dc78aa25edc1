package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the launcher sets for Java alone does not reach the function. */
class ShellTest {

  @Test
  void the_locale_of_the_user_is_restored() {
    Map<String, String> given =
        Map.of("LC_ALL", "C.UTF-8", "RAPID_INHERITED_LC_ALL", "C", "HOME", "/root");

    assertThat(Shell.inheritedEnvironment(given)).isEqualTo(Map.of("LC_ALL", "C", "HOME", "/root"));
  }

  @Test
  void options_of_java_reach_the_function() {
    Map<String, String> given = Map.of("RAPID_INHERITED_JAVA_TOOL_OPTIONS", "-Dx=1 -Dy=2");

    assertThat(Shell.inheritedEnvironment(given))
        .isEqualTo(Map.of("JAVA_TOOL_OPTIONS", "-Dx=1 -Dy=2"));
  }

  @Test
  void a_locale_that_the_user_has_not_set_is_not_set() {
    Map<String, String> given = Map.of("LC_ALL", "C.UTF-8", "RAPID_INHERITED_LC_ALL", "");

    assertThat(Shell.inheritedEnvironment(given)).isEmpty();
  }
}
