package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.FunctionSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A template takes the place of a configuration file. */
class TemplateFileTest {

  private static final String TEMPLATE =
      """
      Transform: AWS::Serverless-2016-10-31
      Parameters:
        Stage: {Type: String, Default: dev}
      Resources:
        Hello:
          Type: AWS::Serverless::Function
          Properties:
            FunctionName: !Sub 'hello-${Stage}'
            CodeUri: src
            Runtime: provided.al2023
            Handler: h
            Environment: {Variables: {TABLE: !Ref Table, COST: '5$', SHELL_TEXT: '${HOME}'}}
            Events: {Get: {Type: HttpApi, Properties: {Path: /hello, Method: get}}}
        Table: {Type: AWS::DynamoDB::Table}
      """;

  @TempDir Path directory;

  private final Map<Option<?>, List<String>> flags = new HashMap<>();
  private final LazyRuntimes runtimes = new LazyRuntimes(Map.of());

  @BeforeEach
  void makeCode() throws IOException {
    directory = directory.toRealPath();
    flags.put(ManagedOptions.TEMPLATE, List.of("project/template.yaml"));
    code("project");
    Files.writeString(directory.resolve("project/template.yaml"), TEMPLATE);
  }

  private void code(String parent) throws IOException {
    Path bootstrap = directory.resolve(parent).resolve("src/bootstrap");
    Files.createDirectories(bootstrap.getParent());
    Files.writeString(bootstrap, "#!/bin/sh\n");
    assertThat(bootstrap.toFile().setExecutable(true)).isTrue();
  }

  @AfterEach
  void closeRuntimes() {
    runtimes.close();
  }

  @Test
  void the_functions_of_a_template_are_served() {
    FunctionSettings function = function();

    assertThat(function.name()).isEqualTo("hello-dev");
    assertThat(function.listing().names()).contains("Hello");
    assertThat(function.command())
        .containsExactly(directory.resolve("project/src/bootstrap").toString());
    assertThat(settings().get(Options.LAZY_INIT)).isTrue();
  }

  @Test
  void the_apis_of_a_template_are_served() {
    assertThat(settings().programToServe(message -> {}).apis())
        .singleElement()
        .satisfies(api ->
            assertThat(api.routes())
                .extracting(route -> route.key())
                .containsExactly("GET /hello"));
  }

  @Test
  void dollars_in_values_of_a_template_are_no_variables_of_rapid() {
    assertThat(function().variables())
        .containsEntry("COST", "5$")
        .containsEntry("SHELL_TEXT", "${HOME}");
  }

  @Test
  void parameters_and_references_have_the_values_of_the_command_line() {
    flags.put(ManagedOptions.PARAMETER, List.of("Stage=prod"));
    flags.put(ManagedOptions.REFERENCE, List.of("Table=my-table"));

    assertThat(function().name()).isEqualTo("hello-prod");
    assertThat(function().variables()).containsEntry("TABLE", "my-table");
  }

  @Test
  void paths_may_be_relative_to_another_directory() throws IOException {
    code("other");
    flags.put(ManagedOptions.BASE_DIR, List.of("other"));

    assertThat(function().taskRoot()).isEqualTo(directory.resolve("other/src"));
  }

  @Test
  void variables_of_a_file_count_more_than_those_of_the_template() throws IOException {
    Files.writeString(
        directory.resolve("vars.json"),
        """
        {"Parameters": {"TABLE": "all", "MORE": "all"}, "Hello": {"TABLE": "own"}}
        """);
    flags.put(ManagedOptions.ENV_VARS, List.of("vars.json"));

    assertThat(function().variables()).containsEntry("TABLE", "own").containsEntry("MORE", "all");
  }

  @Test
  void a_file_of_variables_that_is_wrong_is_refused_without_its_values() throws IOException {
    Files.writeString(directory.resolve("vars.json"), "{\"Hello\": {\"A\": [\"hunter2\"]}}");
    flags.put(ManagedOptions.ENV_VARS, List.of("vars.json"));

    assertThatThrownBy(this::settings)
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot read vars.json: 'A' of 'Hello' is not a variable");
  }

  @Test
  void a_configuration_file_made_of_the_template_means_the_same() throws IOException {
    FunctionSettings ofTemplate = function();

    String text = settings().textOfTemplate();
    Files.writeString(directory.resolve("project/rapid.yaml"), String.valueOf(text));
    flags.clear();
    flags.put(Options.CONFIG, List.of("project/rapid.yaml"));

    assertThat(function()).isEqualTo(ofTemplate);
    assertThat(settings().get(Options.LAZY_INIT)).isTrue();
  }

  @Test
  void a_mistake_in_a_value_is_reported_at_its_place_in_the_template() throws IOException {
    Files.writeString(
        directory.resolve("project/template.yaml"),
        TEMPLATE.replace("      Handler: h\n", "      Handler: h\n      MemorySize: 9999999999\n"));

    assertThatThrownBy(this::function)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("project/template.yaml:12:");
  }

  @Test
  void every_mistake_of_a_template_is_named_with_its_place() throws IOException {
    Files.writeString(directory.resolve("project/template.yaml"), "Resources: [a]\n");

    assertThatThrownBy(this::settings)
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("project/template.yaml:1:1: ");
  }

  @Test
  void a_template_and_a_configuration_file_exclude_each_other() throws IOException {
    Files.writeString(directory.resolve("r.yaml"), "timeout: 3\n");
    flags.put(Options.CONFIG, List.of("r.yaml"));

    assertThatThrownBy(this::settings).hasMessage("There are --config and --template");
  }

  @Test
  void a_parameter_needs_a_template() {
    flags.clear();
    flags.put(ManagedOptions.PARAMETER, List.of("A=b"));

    assertThatThrownBy(this::settings).hasMessage("There is --parameter and no --template");
  }

  @Test
  void the_files_that_say_what_the_functions_are_can_be_watched() {
    assertThat(settings().files()).contains(directory.resolve("project/template.yaml"));
  }

  private FunctionSettings function() {
    return settings().programToServe(message -> {}).functions().getFirst();
  }

  private Settings settings() {
    return new Settings(
        new Arguments(flags, List.of(), false),
        new ProcessContext(Map.of(), directory, new ByteArrayInputStream(new byte[0])),
        runtimes);
  }
}
