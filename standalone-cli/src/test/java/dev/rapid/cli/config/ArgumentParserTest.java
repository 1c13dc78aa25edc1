package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.config.value.UsageException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArgumentParserTest {

  @Test
  void options_end_at_the_first_argument_that_is_none() {
    assertThat(serve("--timeout", "3", "python3", "app.py", "--timeout", "4"))
        .isEqualTo(
            new Arguments(
                Map.of(Options.TIMEOUT, List.of("3")),
                List.of("python3", "app.py", "--timeout", "4"),
                false));
  }

  @Test
  void after_two_hyphens_all_is_the_command() {
    assertThat(serve("--timeout=3", "--", "--version", "--"))
        .isEqualTo(
            new Arguments(
                Map.of(Options.TIMEOUT, List.of("3")), List.of("--version", "--"), false));
  }

  @Test
  void a_switch_takes_no_value_and_env_may_be_repeated() {
    assertThat(serve("--lazy-init", "--env", "A=1", "--env=B=2", "./bootstrap"))
        .isEqualTo(
            new Arguments(
                Map.of(Options.LAZY_INIT, List.of("true"), Options.ENV, List.of("A=1", "B=2")),
                List.of("./bootstrap"),
                false));
  }

  @Test
  void an_event_is_not_expanded_as_a_file_of_arguments() {
    assertThat(invoke("--event", "@event.json", "--", "x").options())
        .isEqualTo(Map.of(Options.EVENT, List.of("@event.json")));
    assertThat(invoke("--event", "-", "--", "x").options())
        .isEqualTo(Map.of(Options.EVENT, List.of("-")));
  }

  @Test
  void a_value_is_taken_as_it_is() {
    assertThat(invoke("--handler=", "--event", "'quoted'", "--cwd", "@file", "-").options())
        .isEqualTo(
            Map.of(
                Options.HANDLER, List.of(""),
                Options.EVENT, List.of("'quoted'"),
                Options.CWD, List.of("@file")));
    assertThat(invoke("--url=http://x?a=b", "", "--timeout").command())
        .containsExactly("", "--timeout");
  }

  @Test
  void all_values_of_an_option_are_kept_in_their_order() {
    assertThat(serve("--timeout", "3", "--lazy-init", "--lazy-init", "--timeout=4").options())
        .isEqualTo(Map.of(Options.TIMEOUT, List.of("3", "4"), Options.LAZY_INIT, List.of("true")));
  }

  @Test
  void a_switch_with_a_value_is_refused() {
    assertThatThrownBy(() -> serve("--lazy-init=true")).isInstanceOf(UsageException.class);
  }

  @Test
  void help_is_asked_for_in_two_ways() {
    assertThat(serve("-h").help()).isTrue();
    assertThat(serve("--help").help()).isTrue();
    assertThat(serve("--timeout", "3", "x", "--help").help()).isFalse();
  }

  @Test
  void a_mistyped_option_is_told_what_was_meant() {
    assertThatThrownBy(() -> serve("--timout", "3", "x"))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.text()).isEqualTo("There is no option '--timout'");
              assertThat(e.suggestion()).isEqualTo("Did you mean --timeout?");
            });
  }

  @Test
  void options_of_the_other_command_are_unknown() {
    assertThatThrownBy(() -> serve("--event", "{}", "x")).isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> invoke("--lazy-init", "x")).isInstanceOf(UsageException.class);
  }

  @Test
  void an_option_without_its_value_is_refused() {
    assertThatThrownBy(() -> serve("--timeout"))
        .hasMessage("Missing required parameter for option '--timeout' (SECONDS)");
  }

  @ParameterizedTest
  @EnumSource
  void the_help_shows_every_option_of_the_command_and_the_footer(Command command) {
    String help = ArgumentParser.help(command, List.of("the exit codes"));

    Set<Option<?>> shown = new HashSet<>(Options.all());
    shown.removeIf(option -> !isDescribed(help, option));
    Set<Option<?>> expected = new HashSet<>(Options.all());
    expected.removeIf(option -> !option.isIn(command));
    assertThat(shown).isEqualTo(expected);
    assertThat(help).contains("\nthe exit codes\n", command.example());
    assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  /** An option is at the beginning of a line; other texts may name it too. */
  private static boolean isDescribed(String help, Option<?> option) {
    String name = option.isNegatable() ? "--[no-]" + option.key() : option.flag();
    return help.lines()
        .map(String::strip)
        .anyMatch(line ->
            line.equals(name) || line.startsWith(name + "=") || line.startsWith(name + " "));
  }

  @ParameterizedTest
  @CsvSource({"--watch,true", "--no-watch,false"})
  void a_switch_may_have_an_opposite(String flag, String value) {
    assertThat(serve(flag).options()).containsExactly(Map.entry(ApiOptions.WATCH, List.of(value)));
  }

  @ParameterizedTest
  @EnumSource(names = {"CONFIG", "DOCTOR"})
  void a_command_without_functions_takes_no_command_of_a_function(Command command) {
    assertThatThrownBy(() -> ArgumentParser.parse(command, List.of("x")))
        .isInstanceOf(UsageException.class);
    assertThat(command.synopsis()).isEqualTo("rapid " + command.word() + " [OPTIONS]");
  }

  private static Arguments serve(String... args) {
    return ArgumentParser.parse(Command.SERVE, List.of(args));
  }

  private static Arguments invoke(String... args) {
    return ArgumentParser.parse(Command.INVOKE, List.of(args));
  }

  @Test
  void a_password_is_no_option_of_the_command_line() {
    assertThatThrownBy(
            () -> ArgumentParser.parse(Command.SERVE, List.of("--queue-password", "hunter2")))
        .isInstanceOf(UsageException.class)
        .hasMessage("There is no option '--queue-password'");
  }
}
