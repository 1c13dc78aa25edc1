package dev.rapid.templates.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problem;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.document.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contract templates-and-runtimes, section 3: what concerns a whole template. */
class ResolverTest {

  private final Problems problems = new Problems();

  @TempDir private Path directory;

  @Test
  void a_template_with_every_function_is_resolved_without_a_problem() throws Exception {
    Path file = Stacks.RESOURCES.resolve("every-function.yaml");

    Resolver resolver =
        Stacks.resolver(
            file, Stacks.DEPLOYMENT.withIncludeDirectories(List.of(file.getParent())), problems);

    StringBuilder resolved = new StringBuilder();
    resolver
        .resources()
        .forEach((id, resource) -> {
          if (resolver.exists((MapNode) resource)) {
            resolved
                .append(id)
                .append(' ')
                .append(Trees.json(resolver.resolve(id, resource)).replace(",\"", ",\n  \""))
                .append('\n');
          }
        });
    assertThat(resolved.toString())
        .isEqualTo(Files.readString(Stacks.RESOURCES.resolve("every-function.txt")));
    assertThat(problems.errors()).isEmpty();
    assertThat(problems.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "us-east-1,aws,amazonaws.com",
    "cn-north-1,aws-cn,amazonaws.com.cn",
    "us-gov-west-1,aws-us-gov,amazonaws.com"
  })
  void the_partition_and_the_url_suffix_are_those_of_the_region(
      String region, String partition, String suffix) throws Exception {
    Resolver resolver =
        new Resolver(
            MapNode.of(position(), "Resources", MapNode.of(position(), "A", text("x"))),
            Deployment.of(region, "123456789012", "local"),
            ReferenceValues.NONE,
            problems);

    assertThat(resolver.text("Case", sub("${AWS::Region} ${AWS::Partition} ${AWS::URLSuffix}")))
        .isEqualTo(region + " " + partition + " " + suffix);
  }

  @Test
  void the_user_can_set_pseudo_parameters_and_references() throws Exception {
    Resolver resolver =
        new Resolver(
            MapNode.of(position(), "Resources", MapNode.of(position(), "A", text("x"))),
            Deployment.of("us-east-1", "123456789012", "local")
                .withParameters(Map.of("AWS::StackName", "mine"))
                .withReferenceValues(Map.of("A", "a-name", "A.Arn", "an-arn")),
            ReferenceValues.NONE,
            problems);

    assertThat(resolver.text("Case", sub("${AWS::StackName} ${A} ${A.Arn}")))
        .isEqualTo("mine a-name an-arn");
  }

  @Test
  void a_resource_exists_unless_its_condition_is_false() throws Exception {
    Resolver resolver =
        Stacks.resolver(
            directory,
            """
            Conditions: {Yes: !Equals [a, a], No: !Equals [a, b]}
            Resources:
              A: {Type: T, Condition: Yes}
              B: {Type: T, Condition: No}
              C: {Type: T, Condition: Unknown}
              D: {Type: T}
            """,
            problems);

    assertThat(
            resolver.resources().entries().sequencedKeySet().stream()
                .filter(id -> resolver.exists(Trees.mapping(resolver.resources(), id))))
        .containsExactly("A", "C", "D");
    assertThat(messages())
        .containsExactly("t.yaml:5:27: there is no condition 'Unknown'; it counts as true");
  }

  @Test
  void a_value_that_is_not_known_does_not_take_its_neighbours_with_it() throws Exception {
    Resolver resolver =
        Stacks.resolver(
            directory,
            """
            Resources:
              F: {Type: T, Properties: {A: [x, !ImportValue n, y], B: {C: !ImportValue n, D: 1}}}
            """,
            problems);

    assertThat(properties(resolver, "F"))
        .isEqualTo("{\"A\":[\"x\",\"y\"],\"B\":{\"C\":null,\"D\":1}}");
    assertThat(messages())
        .containsExactly(
            "t.yaml:2:36: no stack here exports 'n'; the item is left out. Give it with --reference"
                + " n=VALUE",
            "t.yaml:2:63: no stack here exports 'n'; 'C' is left empty. Give it with --reference"
                + " n=VALUE");
  }

  @Test
  void a_function_may_refer_to_itself() throws Exception {
    Resolver resolver =
        Stacks.resolver(
            directory,
            """
            Resources:
              F:
                Type: AWS::Lambda::Function
                Properties:
                  FunctionName: nm
                  Environment: {Variables: {SELF: !GetAtt F.Arn}}
            """,
            problems);

    assertThat(properties(resolver, "F"))
        .isEqualTo(
            "{\"FunctionName\":\"nm\",\"Environment\":{\"Variables\":{\"SELF\":\"arn:nm\"}}}");
    assertThat(messages())
        .containsExactly(
            "t.yaml:6:39: 'F' refers to itself, which the cloud refuses; here it has the value");
  }

  @Test
  void what_the_cdk_adds_to_a_template_is_no_problem() throws Exception {
    Resolver resolver =
        Stacks.resolver(
            directory,
            """
            Parameters:
              BootstrapVersion:
                Type: AWS::SSM::Parameter::Value<String>
                Default: /cdk-bootstrap/hnb659fds/version
              AssetParameters0123S3Bucket4567: {Type: String}
            Rules:
              CheckBootstrapVersion:
                Assertions: [{Assert: {Fn::Not: [{Fn::Contains: [['1'], {Ref: BootstrapVersion}]}]}}]
            Resources:
              F: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}
            """,
            problems);

    assertThat(properties(resolver, "F")).isEqualTo("{\"Handler\":\"a.b\"}");
    assertThat(messages()).isEmpty();
  }

  @Test
  void events_and_hooks_of_a_function_are_no_dependency_of_it() throws Exception {
    Stacks.resolver(
        directory,
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties:
              Events: {E: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /, Method: get}}}
              DeploymentPreference: {Hooks: {PreTraffic: !Ref Hook}}
          Api: {Type: AWS::Serverless::Api, Properties: {Name: !Ref F}}
          Hook: {Type: AWS::Serverless::Function, Properties: {Description: !Ref F}}
        """,
        problems);

    assertThat(messages()).isEmpty();
  }

  @Test
  void a_chain_of_conditions_that_is_too_long_is_an_error() throws Exception {
    String conditions =
        IntStream.range(0, 5000)
            .mapToObj(i -> "  C" + i + ": !Not [!Condition C" + (i + 1) + "]\n")
            .collect(Collectors.joining());
    Resolver resolver =
        Stacks.resolver(directory, "Resources: {}\nConditions:\n" + conditions, problems);

    assertThat(resolver.condition("C0")).isEmpty();
    assertThat(problems.errors()).hasSize(1);
  }

  @Test
  void a_loop_makes_an_entry_for_each_value() throws Exception {
    Resolver resolver =
        Stacks.resolver(
            directory,
            """
            Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
            Parameters:
              Names: {Type: CommaDelimitedList, Default: 'A,B'}
            Conditions:
              Fn::ForEach::Conditions: [N, [X, Y], {'Is${N}': !Equals [!Ref N, X]}]
            Resources:
              Fn::ForEach::Functions:
                - Name
                - !Ref Names
                - ${Name}Fn:
                    Type: AWS::Serverless::Function
                    Properties:
                      CodeUri: src/${Name}
                      Handler: !Sub '${Name}.handler'
                      Environment: {Variables: {NAME: !Ref Name}}
              Fn::ForEach::Queues: [V, ['x-1', 'y.2'], {'F&{V}': {Type: T, Properties: {V: !Ref V}}}]
              Fn::ForEach::Outer:
                - O
                - [p, q]
                - Fn::ForEach::Inner: [I, ['1', '2'], {'G${O}${I}': {Type: T, Properties: {V: '${O}-${I}'}}}]
              P:
                Type: T
                Properties:
                  Fn::ForEach::Tags: [T, [a, b], {'T${T}': !Ref T}]
                  Other: 1
            """,
            problems);

    assertThat(resolver.resources().entries().sequencedKeySet())
        .containsExactly("AFn", "BFn", "Fx1", "Fy2", "Gp1", "Gp2", "Gq1", "Gq2", "P");
    assertThat(properties(resolver, "BFn"))
        .isEqualTo(
            "{\"CodeUri\":\"src/B\",\"Handler\":\"B.handler\","
                + "\"Environment\":{\"Variables\":{\"NAME\":\"B\"}}}");
    assertThat(properties(resolver, "Fx1")).isEqualTo("{\"V\":\"x-1\"}");
    assertThat(properties(resolver, "Gq1")).isEqualTo("{\"V\":\"q-1\"}");
    assertThat(properties(resolver, "P")).isEqualTo("{\"Ta\":\"a\",\"Tb\":\"b\",\"Other\":1}");
    assertThat(resolver.condition("IsX")).hasValue(true);
    assertThat(resolver.condition("IsY")).hasValue(false);
    assertThat(messages()).isEmpty();
  }

  @Test
  void loops_that_multiply_are_an_error() throws Exception {
    String body = "{'F${A}${B}${C}${D}${E}': {Type: T}}";
    for (String name : List.of("E", "D", "C", "B", "A")) {
      String values =
          IntStream.range(0, 20).mapToObj(i -> "v" + i).collect(Collectors.joining(","));
      body = "{'Fn::ForEach::L" + name + "': [" + name + ", [" + values + "], " + body + "]}";
    }

    Stacks.resolver(directory, "Transform: AWS::LanguageExtensions\nResources: " + body, problems);

    assertThat(messages())
        .containsExactly("t.yaml:2:523: the loops of the template make more than 100000 values");
  }

  @Test
  void an_included_file_is_in_the_place_of_the_macro() throws Exception {
    Files.writeString(directory.resolve("variables.yaml"), "IA: 1\nIB: !Ref P\n");
    Files.writeString(directory.resolve("resources.json"), "{\"G\": {\"Type\": \"T\"}}");
    Files.writeString(directory.resolve("top.yaml"), "Mappings: {M: {a: {b: c}}}\n");

    Resolver resolver =
        Stacks.resolver(
            directory,
            """
            Transform:
              - Name: AWS::Include
                Parameters: {Location: top.yaml}
            Parameters: {P: {Type: String, Default: p}, File: {Type: String, Default: resources}}
            Resources:
              Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Sub '${File}.json'}}
              F:
                Type: T
                Properties:
                  Variables: !Transform {Name: AWS::Include, Parameters: {Location: variables.yaml}}
                  Mapped: !FindInMap [M, a, b]
            """,
            problems);

    assertThat(properties(resolver, "F"))
        .isEqualTo("{\"Variables\":{\"IA\":1,\"IB\":\"p\"},\"Mapped\":\"c\"}");
    assertThat(resolver.resources().entries().sequencedKeySet()).containsExactly("G", "F");
    assertThat(resolver.includedFiles())
        .containsExactlyInAnyOrder(
            directory.resolve("top.yaml"),
            directory.resolve("resources.json"),
            directory.resolve("variables.yaml"));
    assertThat(messages()).isEmpty();
  }

  @Test
  void files_that_include_each_other_are_an_error() throws Exception {
    Files.writeString(
        directory.resolve("a.yaml"),
        "A: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: a.yaml}}}");

    Stacks.resolver(
        directory,
        "Resources: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: a.yaml}}}",
        problems);

    assertThat(messages())
        .singleElement()
        .asString()
        .startsWith("a.yaml:1:66: files include each other: ");
  }

  @Test
  void values_are_texts_as_they_are_written() throws Exception {
    Resolver resolver =
        Stacks.resolver(
            directory,
            """
            Resources:
              F:
                Type: T
                Properties: {A: yes, B: 012, C: 1e3, D: 2020-01-01, E: 12:30:45, F: 1.0, on: x, 1: y}
            """,
            problems);
    MapNode properties =
        (MapNode) resolver.resolve("F", Trees.at(resolver.resources(), "F", "Properties"));

    assertThat(properties.entries().sequencedKeySet())
        .containsExactly("A", "B", "C", "D", "E", "F", "on", "1");
    assertThat(
            properties.entries().sequencedValues().stream()
                .map(entry -> resolver.text("Case", entry.value())))
        .containsExactly("true", "012", "1e3", "2020-01-01", "12:30:45", "1.0", "x", "y");
  }

  private List<String> messages() {
    return Stream.concat(problems.errors().stream(), problems.warnings().stream())
        .map(Problem::toString)
        .map(message -> message.replace(directory + "/", ""))
        .toList();
  }

  private static String properties(Resolver resolver, String id) {
    return Trees.json(
        resolver.resolve("Properties", Trees.at(resolver.resources(), id, "Properties")));
  }

  private static Position position() {
    return new Position(Path.of("t.yaml"), 1, 1);
  }

  private static Node text(String text) {
    return ScalarNode.text(position(), text);
  }

  private static Node sub(String text) {
    return MapNode.of(position(), "Fn::Sub", text(text));
  }
}
