package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples with templates: served without Docker, through the front door and by name. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class TemplatesTest {

  private static final Pattern API = Pattern.compile(" API at (http://[0-9.]+:[0-9]+)");

  @Test
  void sam_with_python() {
    assumeTrue(Command.exists("python3"), "python3 exists");
    try (Rapid rapid = serve("examples/sam-python", "--parameter", "Greeting=Hi")) {
      assertThat(get(rapid, "/hello")).isEqualTo("{\"message\": \"Hi, world!\"}");
      assertThat(get(rapid, "/hello?name=Ada")).isEqualTo("{\"message\": \"Hi, Ada!\"}");
      assertThat(post(rapid, "/hello", "{\"name\":\"Bob\"}"))
          .isEqualTo("{\"message\": \"Hi, Bob!\"}");
      assertThat(get(rapid, "/relay")).isEqualTo("{\"relayed\": \"Hi, relay!\"}");
      assertThat(invoke(rapid, "HelloWorldFunction", "{\"httpMethod\":\"GET\"}"))
          .contains("Hi, world!");
    }
  }

  @Test
  void sam_with_node() {
    assumeTrue(Command.exists("node"), "node exists");
    try (Rapid rapid = serve("examples/sam-node")) {
      assertGreets(rapid);
      assertThat(get(rapid, "/relay")).isEqualTo("{\"relayed\":\"Hello, relay!\"}");
      assertThat(invoke(rapid, "HelloWorldFunction", "{}")).contains("Hello, world!");
    }
  }

  @Test
  void sam_with_java() {
    assumeTrue(Command.exists("mvn"), "Maven exists");
    Command.Result build =
        Command.of("mvn", "-q", "-B", "-ntp", "-f", "examples/sam-java/pom.xml", "package")
            .within(Duration.ofMinutes(3))
            .run();
    assertThat(build.exit()).as(build.out()).isZero();

    try (Rapid rapid = serve("examples/sam-java")) {
      assertGreets(rapid);
      assertThat(invoke(rapid, "HelloWorldFunction", "{}")).contains("Hello, world!");
    }
  }

  @Test
  void the_output_of_the_cdk() {
    assumeTrue(Command.exists("node"), "node exists");
    try (Rapid rapid = serve("examples/cdk")) {
      assertGreets(rapid);
      assertThat(invoke(rapid, "Hello5E6F7A8B", "{}")).contains("Hello, world!");
      assertThat(invoke(rapid, "Hello", "{}")).contains("Hello, world!");
    }
  }

  @Test
  void the_file_that_config_prints_serves_the_same() throws Exception {
    assumeTrue(Command.exists("python3"), "python3 exists");
    Command.Result config =
        Command.of(Rapid.launcher("rapid"), "config", "--template", "examples/sam-python").run();
    assertThat(config.exit()).as(config.err()).isZero();

    assertThat(config.out().lines())
        .contains("functions:", "  HelloWorldFunction:", "    runtime: python3.13")
        .contains("      - route: GET /hello");
  }

  @Test
  void one_function_of_a_template_is_invoked_without_a_server() {
    assumeTrue(Command.exists("python3"), "python3 exists");
    Command.Result result =
        Command.of(
                Rapid.launcher("rapid"),
                "invoke",
                "--template=examples/sam-python",
                "--function-name=HelloWorldFunction",
                "--event={\"httpMethod\":\"GET\"}")
            .run();

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).contains("Hello, world!");
  }

  @Test
  void doctor_lists_what_runs_functions() {
    Command.Result result = Command.of(Rapid.launcher("rapid"), "doctor").run();

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).contains("Java ", "provided, go: ", "Azure Functions");
  }

  private static void assertGreets(Rapid rapid) {
    assertThat(get(rapid, "/hello").replace(" ", "")).isEqualTo("{\"message\":\"Hello,world!\"}");
    assertThat(post(rapid, "/hello", "{\"name\":\"Bob\"}").replace(" ", ""))
        .isEqualTo("{\"message\":\"Hello,Bob!\"}");
  }

  private static Rapid serve(String template, String... options) {
    List<String> arguments = new ArrayList<>(List.of("--template", template));
    arguments.add("--api-address=127.0.0.1:0");
    arguments.addAll(List.of(options));
    return Rapid.serve(arguments.toArray(String[]::new));
  }

  private static URI api(Rapid rapid, String path) {
    Matcher matcher = API.matcher(rapid.awaitMessage(" API at "));
    assertThat(matcher.find()).isTrue();
    return URI.create(matcher.group(1) + path);
  }

  private static String get(Rapid rapid, String path) {
    return text(Http.get(api(rapid, path)));
  }

  private static String post(Rapid rapid, String path, String body) {
    return text(Http.post(api(rapid, path), body).join());
  }

  private static String invoke(Rapid rapid, String function, String payload) {
    URI url = rapid.url().resolve("/2015-03-31/functions/" + function + "/invocations");
    return text(Http.post(url, payload).join());
  }

  private static String text(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.text();
  }
}
