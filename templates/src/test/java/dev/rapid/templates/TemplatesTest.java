package dev.rapid.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.templates.document.Problem;
import dev.rapid.templates.document.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplatesTest {

  private static final String FUNCTION =
      """
      Transform: AWS::Serverless-2016-10-31
      Resources:
        Hello:
          Type: AWS::Serverless::Function
          Properties:
            Runtime: python3.13
            Handler: app.handler
            CodeUri: src
      """;

  @TempDir private Path root;

  private Path directory;

  @BeforeEach
  void createSource() throws IOException {
    directory = root.toRealPath();
    Files.createDirectory(directory.resolve("src"));
  }

  @Test
  void paths_start_where_the_user_says() throws Exception {
    write("app/template.yaml", FUNCTION);
    Files.createDirectory(directory.resolve("app/src"));

    Translation ofFile = read(directory.resolve("app/template.yaml"));
    Translation ofDirectory = read(directory.resolve("app"));

    assertThat(ofFile.yaml()).contains("code: src\n").isEqualTo(ofDirectory.yaml());
    assertThat(ofFile.directory()).isEqualTo(directory.resolve("app"));
    assertThat(ofDirectory.directory()).isEqualTo(directory.resolve("app"));
  }

  @Test
  void a_built_template_has_its_code_beside_it() throws Exception {
    write(".aws-sam/build/template.yaml", FUNCTION.replace("src", "Hello"));
    Files.createDirectory(directory.resolve(".aws-sam/build/Hello"));

    Translation translation = read(directory);

    assertThat(translation.yaml()).contains("code: .aws-sam/build/Hello\n");
    assertThat(translation.directory()).isEqualTo(directory);
  }

  @Test
  void code_of_a_linked_template_is_where_the_link_leads() throws Exception {
    Path template = write("app/template.yaml", FUNCTION);
    Files.createDirectory(directory.resolve("app/src"));
    Path link = Files.createDirectory(directory.resolve("elsewhere")).resolve("template.yaml");
    Files.createSymbolicLink(link, template);

    assertThat(read(link).yaml()).contains("code: ../app/src\n");
  }

  @Test
  void paths_start_at_the_base_directory_if_there_is_one() throws Exception {
    Path template = write("app/template.yaml", FUNCTION);
    TemplateOptions options = TemplateOptions.builder().baseDirectory(directory).build();

    assertThat(Templates.read(template, options).yaml()).contains("code: ../src\n");
  }

  @Test
  void json_is_read_whatever_the_name() throws Exception {
    Path template =
        write(
            "template.yaml",
            """
            {
            \t"Resources": {
            \t\t"Hello": {
            \t\t\t"Type": "AWS::Lambda::Function",
            \t\t\t"Properties": {"Runtime": "provided.al2023", "Code": "src"}
            \t\t}
            \t}
            }
            """);

    assertThat(read(template).yaml()).contains("runtime: provided.al2023\n");
  }

  @Test
  void parameters_of_the_user_count() throws Exception {
    Path template =
        write(
            "template.yaml",
            "Parameters: {Source: {Type: String}}\n"
                + FUNCTION.replace("CodeUri: src", "CodeUri: !Sub '${Source}'"));
    TemplateOptions options = TemplateOptions.builder().parameter("Source", "src").build();

    Translation translation = Templates.read(template, options);

    assertThat(translation.yaml()).contains("code: src\n");
    assertThat(translation.warnings()).isEmpty();
  }

  @Test
  void reference_values_of_the_user_count() throws Exception {
    Path template =
        write(
            "template.yaml",
            FUNCTION
                + "      Environment: {Variables: {QUEUE: !GetAtt Queue.QueueUrl}}\n"
                + "  Queue: {Type: AWS::SQS::Queue}\n");
    TemplateOptions options =
        TemplateOptions.builder()
            .referenceValues(Map.of("Queue.QueueUrl", "http://localhost:9324/queue/q"))
            .build();

    assertThat(Templates.read(template, options).yaml())
        .contains("QUEUE: http://localhost:9324/queue/q\n");
  }

  @Test
  void region_and_account_of_the_user_are_in_arns_and_in_the_file() throws Exception {
    Path template =
        write(
            "template.yaml",
            FUNCTION + "      Environment: {Variables: {SELF: !GetAtt Hello.Arn}}\n");
    TemplateOptions options =
        TemplateOptions.builder().region("cn-north-1").accountId("012345678901").build();

    assertThat(Templates.read(template, options).yaml())
        .startsWith("region: cn-north-1\naccount-id: \"012345678901\"\n")
        .contains("SELF: arn:aws-cn:lambda:cn-north-1:012345678901:function:Hello\n");
  }

  @Test
  void variables_of_the_user_count_more_than_those_of_the_template() throws Exception {
    Path template =
        write(
            "template.yaml",
            FUNCTION + "      Environment: {Variables: {LEVEL: info, STAGE: dev, OTHER: x}}\n");
    TemplateOptions options =
        TemplateOptions.builder()
            .variables("Parameters", Map.of("LEVEL", "warn", "STAGE", "all"))
            .variables("Hello", Map.of("STAGE", "mine", "MORE", "new"))
            .build();

    assertThat(Templates.read(template, options).yaml())
        .containsSubsequence("LEVEL: warn\n", "STAGE: mine\n", "OTHER: x\n", "MORE: new\n");
  }

  @Test
  void a_function_whose_condition_is_false_is_absent() throws Exception {
    Path template = write("template.yaml", conditional());

    assertThat(read(template).yaml()).contains("Hello:").doesNotContain("Unused");
  }

  @Test
  void a_function_whose_condition_is_false_can_be_kept() throws Exception {
    Path template = write("template.yaml", conditional());
    TemplateOptions options = TemplateOptions.builder().keepsConditional(true).build();

    assertThat(Templates.read(template, options).yaml()).contains("Hello:").contains("Unused:");
  }

  private static String conditional() {
    return FUNCTION
        + "  Unused:\n"
        + "    Type: AWS::Serverless::Function\n"
        + "    Condition: Never\n"
        + "    Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: src}\n"
        + "Conditions: {Never: !Equals [a, b]}\n";
  }

  @Test
  void a_layer_of_the_user_stands_for_one_of_the_cloud() throws Exception {
    Path template =
        write("template.yaml", FUNCTION + "      Layers: [arn:aws:lambda:r:a:layer:l:1]\n");
    Path content = Files.createDirectory(directory.resolve("layer"));
    TemplateOptions options =
        TemplateOptions.builder().layer("arn:aws:lambda:r:a:layer:l:1", content).build();

    assertThat(Templates.read(template, options).yaml()).contains("layers: [layer]\n");
  }

  @Test
  void files_that_the_template_needs_are_named_so_that_they_can_be_watched() throws Exception {
    Path template =
        write(
            "template.yaml",
            FUNCTION
                + "      Environment:\n"
                + "        Variables:\n"
                + "          Fn::Transform: {Name: AWS::Include, Parameters: {Location:"
                + " vars.yaml}}\n"
                + "  Child: {Type: AWS::Serverless::Application, Properties: {Location:"
                + " c.yaml}}\n");
    Path included = write("vars.yaml", "LEVEL: info\n");
    Path child = write("c.yaml", FUNCTION.replace("Hello", "Nested"));

    assertThat(read(template).files()).containsExactlyInAnyOrder(template, included, child);
  }

  @Test
  void each_line_of_the_file_has_its_place_in_the_template() throws Exception {
    Path template = write("template.yaml", FUNCTION);

    Translation translation = read(template);

    int line = translation.yaml().lines().toList().indexOf("    runtime: python3.13");
    assertThat(translation.positions().get(line)).hasToString(template + ":6:7");
  }

  @Test
  void a_file_that_is_not_there_is_an_error() {
    Path template = directory.resolve("nothing.yaml");

    assertThatThrownBy(() -> read(template))
        .isInstanceOfSatisfying(
            TemplateException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(new Problem(template, 1, 1, "there is no such file")));
  }

  @Test
  void an_error_names_every_fault_at_once() throws Exception {
    Path template =
        write(
            "template.yaml",
            FUNCTION
                + "      Events:\n"
                + "        A: {Type: HttpApi, Properties: {Path: /a}}\n"
                + "        B: {Type: HttpApi, Properties: {Method: get}}\n");

    assertThatThrownBy(() -> read(template))
        .hasMessageContaining(":10:")
        .hasMessageContaining(":11:");
  }

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Translation read(Path template) throws TemplateException {
    return Templates.read(template, TemplateOptions.DEFAULT);
  }
}
