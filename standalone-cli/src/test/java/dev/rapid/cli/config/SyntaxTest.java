package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.ExitCode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SyntaxTest {

  private static final List<String> WORDS =
      List.of(
          "--timeout",
          "--timeout=3",
          "3",
          "--env",
          "--env=A=b",
          "A=b",
          "--lazy-init",
          "--event",
          "{}",
          "-",
          "--",
          "--unknown",
          "-h",
          "--help",
          "--url=http://x",
          "python3",
          "app.py",
          "--handler=",
          "",
          "@file",
          "--event=@file",
          "--config",
          "x.yaml",
          "-x",
          "'quoted'");

  @Test
  void options_end_at_the_first_argument_that_is_none() {
    assertThat(serve("--timeout", "3", "python3", "app.py", "--timeout", "4"))
        .isEqualTo(
            new Syntax.Parsed(
                Map.of(Option.TIMEOUT, List.of("3")),
                List.of("python3", "app.py", "--timeout", "4"),
                false));
  }

  @Test
  void after_two_hyphens_all_is_the_command() {
    assertThat(serve("--timeout=3", "--", "--version", "--"))
        .isEqualTo(
            new Syntax.Parsed(
                Map.of(Option.TIMEOUT, List.of("3")), List.of("--version", "--"), false));
  }

  @Test
  void a_switch_takes_no_value_and_env_may_be_repeated() {
    assertThat(serve("--lazy-init", "--env", "A=1", "--env=B=2", "./bootstrap"))
        .isEqualTo(
            new Syntax.Parsed(
                Map.of(Option.LAZY_INIT, List.of("true"), Option.ENV, List.of("A=1", "B=2")),
                List.of("./bootstrap"),
                false));
  }

  @Test
  void an_event_is_not_expanded_as_a_file_of_arguments() {
    assertThat(invoke("--event", "@event.json", "--", "x").flags())
        .isEqualTo(Map.of(Option.EVENT, List.of("@event.json")));
    assertThat(invoke("--event", "-", "--", "x").flags())
        .isEqualTo(Map.of(Option.EVENT, List.of("-")));
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
  void what_is_parsed_without_picocli_is_parsed_alike_with_it(Syntax.Command command) {
    Random random = new Random(7);
    int compared = 0;
    for (int i = 0; i < 3000; i++) {
      List<String> args = new ArrayList<>();
      for (int count = random.nextInt(6); count > 0; count--) {
        args.add(WORDS.get(random.nextInt(WORDS.size())));
      }
      Syntax.Parsed plain = Syntax.parsePlain(command, args);
      if (plain != null) {
        compared++;
        assertThat(Syntax.parseWithPicocli(command, args))
            .as("%s %s", command, args)
            .isEqualTo(plain);
      }
    }
    assertThat(compared).isGreaterThan(500);
  }

  @ParameterizedTest
  @EnumSource
  void the_help_shows_every_option_of_the_command_and_every_exit_code(Syntax.Command command) {
    String help = Syntax.help(command);

    EnumSet<Option> missing = EnumSet.allOf(Option.class);
    missing.removeIf(option -> help.contains(option.flag() + "=") || help.contains(option.flag()));
    assertThat(missing)
        .isSubsetOf(
            command == Syntax.Command.SERVE
                ? EnumSet.of(Option.EVENT, Option.URL, Option.STREAM)
                : EnumSet.of(
                    Option.LAZY_INIT,
                    Option.CONTROL_API,
                    Option.CONTROL_API_ADDRESS,
                    Option.RESPONSE_SHAPING,
                    Option.STREAM_ERRORS,
                    Option.ALLOWED_ORIGIN,
                    Option.INVOKE_CORS,
                    Option.STRICT,
                    Option.ASYNC_ATTEMPTS,
                    Option.ASYNC_RETRY_BASE,
                    Option.ASYNC_MAX_AGE,
                    Option.ASYNC_DRAIN,
                    Option.FUNCTION_URL_MODE,
                    Option.FUNCTION_URL_AUTH,
                    Option.FUNCTION_URL_CORS,
                    Option.FUNCTION_URL_ADDRESS));
    for (ExitCode code : ExitCode.values()) {
      assertThat(help).contains(code.status() + "  " + code.meaning());
    }
    assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  private static Syntax.Parsed serve(String... args) {
    return Syntax.parse(Syntax.Command.SERVE, List.of(args));
  }

  private static Syntax.Parsed invoke(String... args) {
    return Syntax.parse(Syntax.Command.INVOKE, List.of(args));
  }
}
