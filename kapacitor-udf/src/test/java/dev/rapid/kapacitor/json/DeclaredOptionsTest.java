package dev.rapid.kapacitor.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rapid.kapacitor.UdfOption;
import dev.rapid.kapacitor.UdfOption.Argument;
import dev.rapid.kapacitor.ValueType;
import dev.rapid.kapacitor.protocol.InfoResponse;
import dev.rapid.kapacitor.protocol.Option;
import dev.rapid.kapacitor.protocol.OptionInfo;
import dev.rapid.kapacitor.protocol.OptionValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Options and what is declared of them. */
final class DeclaredOptionsTest {

  private static final DeclaredOptions DECLARED =
      new DeclaredOptions(
          Map.of(
              "field", List.of(ValueType.STRING),
              "range", List.of(ValueType.INT, ValueType.DURATION),
              "verbose", List.of()));

  private static Argument argument(String form, String value) {
    return switch (form) {
      case "flag" -> new Argument.Flag(Boolean.parseBoolean(value));
      case "number" -> new Argument.Number(new BigDecimal(value), value.matches("-?[0-9]+"));
      case "text" -> new Argument.Text(value);
      case "word" -> new Argument.Word(value);
      default -> throw new IllegalArgumentException(form);
    };
  }

  private static UdfOption option(String name, String... words) {
    return new UdfOption(name, Stream.of(words).<Argument>map(Argument.Word::new).toList());
  }

  static Stream<Arguments> options() {
    return CaseFile.rows("options.txt")
        .map(row ->
            arguments(argument(row.get(0), row.get(1)), ValueType.valueOf(row.get(2)), row.get(3)));
  }

  @ParameterizedTest
  @MethodSource("options")
  void the_declared_type_decides_what_an_argument_is(
      Argument argument, ValueType type, String value) throws InvalidOptionsException {
    DeclaredOptions declared = new DeclaredOptions(Map.of("o", List.of(type)));
    List<UdfOption> options = List.of(new UdfOption("o", List.of(argument)));

    if (value.equals("-")) {
      assertThatThrownBy(() -> declared.convert(options))
          .isInstanceOf(InvalidOptionsException.class)
          .hasMessageContaining(type.name());
    } else {
      List<Option> converted = declared.convert(options);

      assertThat(converted)
          .containsExactly(
              CaseFile.message(
                  "name: 'o' values { type: " + type + " " + value + " }",
                  Option.getDefaultInstance()));
      assertThatCode(() -> declared.check(converted)).doesNotThrowAnyException();
    }
  }

  @Test
  void options_keep_their_order_and_repeat() throws InvalidOptionsException {
    assertThat(
            DECLARED.convert(
                List.of(option("range", "1", "2s"), option("field", "b"), option("field", "a"))))
        .extracting(Option::getName)
        .containsExactly("range", "field", "field");
  }

  @Test
  void an_option_may_have_no_arguments() throws InvalidOptionsException {
    assertThat(DECLARED.convert(List.of(option("verbose"))))
        .containsExactly(Option.newBuilder().setName("verbose").build());
  }

  @Test
  void an_unknown_option_is_refused() {
    assertThatThrownBy(() -> DECLARED.convert(List.of(option("fields", "x"))))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessage("The option \"fields\" is not declared; there are field, range, verbose");
    assertThatThrownBy(() -> new DeclaredOptions(Map.of()).convert(List.of(option("x"))))
        .hasMessage("The option \"x\" is not declared; there are no options");
  }

  @Test
  void another_number_of_arguments_is_refused() {
    assertThatThrownBy(() -> DECLARED.convert(List.of(option("range", "1"))))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessage("The option \"range\" has 1 argument; declared are 2: INT, DURATION");
    assertThatThrownBy(() -> DECLARED.convert(List.of(option("verbose", "1", "2"))))
        .hasMessage("The option \"verbose\" has 2 arguments; declared are none");
  }

  @Test
  void a_message_says_which_argument_is_wrong() {
    assertThatThrownBy(() -> DECLARED.convert(List.of(option("range", "1", "two"))))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessage(
            "\"two\" is not a DURATION (such as 1m30s; units are ns, u, ms, s, m, h, d and w),"
                + " which the option \"range\" has as argument 2 of 2");
  }

  @Test
  void a_host_learns_what_it_may_send() throws InvalidOptionsException {
    InfoResponse info = InfoResponse.newBuilder().putAllOptions(DECLARED.info()).build();

    assertThat(info)
        .isEqualTo(
            CaseFile.message(
                "options { key: 'field' value { valueTypes: STRING } }"
                    + " options { key: 'range' value { valueTypes: [INT, DURATION] } }"
                    + " options { key: 'verbose' value { } }",
                InfoResponse.getDefaultInstance()));
    assertThat(DeclaredOptions.of(info).info()).isEqualTo(DECLARED.info());
  }

  @Test
  void an_agent_declares_types_by_their_numbers() throws InvalidOptionsException {
    InfoResponse info =
        InfoResponse.newBuilder()
            .putOptions(
                "o",
                OptionInfo.newBuilder()
                    .addValueTypes(dev.rapid.kapacitor.protocol.ValueType.DURATION)
                    .build())
            .build();

    assertThat(DeclaredOptions.of(info).convert(List.of(option("o", "1s"))).getFirst())
        .isEqualTo(
            CaseFile.message(
                "name: 'o' values { type: DURATION durationValue: 1000000000 }",
                Option.getDefaultInstance()));
  }

  @Test
  void a_type_that_the_protocol_does_not_have_is_refused() {
    InfoResponse info =
        InfoResponse.newBuilder()
            .putOptions("o", OptionInfo.newBuilder().addValueTypesValue(5).build())
            .build();

    assertThatThrownBy(() -> DeclaredOptions.of(info))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("\"o\" with a type that the protocol does not have: 5");
  }

  @Test
  void a_host_may_leave_a_default_value_out() {
    Option option =
        Option.newBuilder()
            .setName("field")
            .addValues(
                OptionValue.newBuilder().setType(dev.rapid.kapacitor.protocol.ValueType.STRING))
            .build();

    assertThatCode(() -> DECLARED.check(List.of(option))).doesNotThrowAnyException();
  }

  @Test
  void a_host_sends_the_declared_type() {
    for (String value : List.of("type: INT intValue: 1", "type: STRING intValue: 1", "type: 7")) {
      Option option =
          CaseFile.message("name: 'field' values { " + value + " }", Option.getDefaultInstance());

      assertThatThrownBy(() -> DECLARED.check(List.of(option)))
          .isInstanceOf(InvalidOptionsException.class)
          .hasMessage("Argument 1 of the option \"field\" is not a STRING");
    }
  }

  @Test
  void a_host_sends_known_options_with_all_arguments() {
    assertThatThrownBy(() -> DECLARED.check(List.of(Option.newBuilder().setName("x").build())))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageStartingWith("The option \"x\" is not declared");
    assertThatThrownBy(() -> DECLARED.check(List.of(Option.newBuilder().setName("field").build())))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageStartingWith("The option \"field\" has 0 arguments");
  }
}
