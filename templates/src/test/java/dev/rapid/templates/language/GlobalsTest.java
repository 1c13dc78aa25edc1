package dev.rapid.templates.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.templates.document.Documents;
import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.document.Trees;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract templates-and-runtimes, section 2. */
class GlobalsTest {

  private final Problems problems = new Problems();

  @TempDir private Path directory;

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void a_property_of_a_function_is_merged(String name, Node global, Node local, String result) {
    Position position = global.position();
    MapNode function =
        map(
            position,
            "Type",
            ScalarNode.text(position, "AWS::Serverless::Function"),
            "Properties",
            local);
    MapNode root =
        map(
            position,
            "Transform",
            ScalarNode.text(position, "AWS::Serverless-2016-10-31"),
            "Globals",
            MapNode.of(position, "Function", global),
            "Conditions",
            MapNode.of(position, "C", ScalarNode.of(position, true)),
            "Resources",
            MapNode.of(position, "F", function));

    Resolver resolver = new Resolver(root, Stacks.DEPLOYMENT, ReferenceValues.NONE, problems);

    assertThat(properties(resolver, "F")).isEqualTo(result);
    assertThat(problems.errors()).isEmpty();
    assertThat(problems.warnings()).isEmpty();
  }

  @Test
  void only_resources_of_the_same_kind_get_them() throws Exception {
    Resolver resolver =
        Stacks.resolver(
            directory,
            """
            Transform: AWS::Serverless-2016-10-31
            Globals:
              Function: {Timeout: 11}
              HttpApi: {Tags: {a: b}}
            Resources:
              Sam: {Type: AWS::Serverless::Function, Properties: {}}
              Plain: {Type: AWS::Lambda::Function, Properties: {}}
              Api: {Type: AWS::Serverless::HttpApi}
              Rest: {Type: AWS::Serverless::Api, Properties: {}}
            """,
            problems);

    assertThat(properties(resolver, "Sam")).isEqualTo("{\"Timeout\":11}");
    assertThat(properties(resolver, "Plain")).isEqualTo("{}");
    assertThat(properties(resolver, "Api")).isEqualTo("{\"Tags\":{\"a\":\"b\"}}");
    assertThat(properties(resolver, "Rest")).isEqualTo("{}");
    assertThat(resolver.globals("HttpApi").map(Trees::json)).hasValue("{\"Tags\":{\"a\":\"b\"}}");
    assertThat(resolver.globals("Api")).isEmpty();
  }

  private static String properties(Resolver resolver, String id) {
    return Trees.json(
        resolver.resolve("Properties", Trees.at(resolver.resources(), id, "Properties")));
  }

  private static MapNode map(Position position, Object... keysAndValues) {
    SequencedMap<String, MapNode.Entry> entries = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.put(
          (String) keysAndValues[i], new MapNode.Entry(position, (Node) keysAndValues[i + 1]));
    }
    return new MapNode(position, entries);
  }

  static Stream<Arguments> cases() throws Exception {
    Node cases = Documents.read(Stacks.RESOURCES.resolve("globals.yaml"), new Problems());
    return ((ListNode) cases)
        .items().stream()
            .map(MapNode.class::cast)
            .map(each ->
                Arguments.of(
                    Trees.text(each, "case"),
                    Trees.at(each, "global"),
                    Trees.at(each, "local"),
                    Trees.text(each, "result")));
  }
}
