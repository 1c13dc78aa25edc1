package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.rapid.cli.config.value.UsageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The schema that editors use says the same as the reader. */
class FileSchemaTest {

  private static final Path PAGE = Path.of("..", "docs", "rapid.schema.json");
  private static final String UPDATE_PROPERTY = "schema.update";
  private static final String UPDATE_COMMAND =
      "mvn -q -pl standalone-cli -am test -Dtest=FileSchemaTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -D"
          + UPDATE_PROPERTY
          + "=true";

  private static final Pattern YAML_BLOCK = Pattern.compile("(?s)```yaml\n(.*?)```");

  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(FileSchema.text());

  @TempDir Path directory;

  @Test
  void the_schema_shows_the_table_of_options() throws IOException {
    String expected = FileSchema.text();

    if (Boolean.getBoolean(UPDATE_PROPERTY)) {
      Files.writeString(PAGE, expected);
    }

    assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
        .as("docs/rapid.schema.json differs from the options; if that is wanted: " + UPDATE_COMMAND)
        .isEqualTo(expected);
  }

  static Stream<String> examples() throws IOException {
    List<String> texts = new ArrayList<>();
    texts.add(Files.readString(Path.of("..", "examples", "functions", "rapid.yaml")));
    texts.add(Files.readString(Path.of("..", "examples", "kapacitor", "rapid.yaml")));
    for (Path page :
        List.of(
            Path.of("..", "README.md"),
            Path.of("..", "docs", "streaming.md"),
            Path.of("..", "docs", "kapacitor.md"),
            Path.of("..", "docs", "destinations.md"),
            Path.of("..", "docs", "templates.md"))) {
      Matcher blocks = YAML_BLOCK.matcher(Files.readString(page));
      while (blocks.find()) {
        texts.add(blocks.group(1));
      }
    }
    assertThat(texts).hasSizeGreaterThan(2);
    return texts.stream();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void every_documented_file_is_valid(String yaml) throws IOException {
    assertThat(faults(yaml)).isEmpty();
    read(yaml);
  }

  static List<String> valid() {
    return List.of(
        "",
        "timeout: 3",
        "timeout: '3'",
        "timeout: 1.5\nidle-timeout: 0",
        "timeout: ${SECONDS:-3}",
        "memory: 512\naccount-id: 012345678901\nfunction-version: $LATEST",
        "account-id: '012345678901'\nfunction-version: 7\nregion: eu-central-1",
        "telemetry: on\nlog-format: json\nwhen-busy: Throttle",
        "snapstart: true\nlazy-init: 'false'\nfreeze: ${FREEZE:-false}",
        "strict: [region, account]",
        "strict: region, account",
        "allowed-host: ['*.example.com', a.example]",
        "allowed-origin: https://a.example",
        "listen: 127.0.0.1:0\nruntime-api-address: '[::1]:9001'",
        "env: {A: 1, B: true, C: text}",
        "env: [A=1, 'B=']",
        "env: |\n  A=1\n  B=2\n",
        "env.A: 1\nenv.B: two",
        "function-url-cors: {AllowOrigins: ['*'], MaxAge: 5, AllowCredentials: false}",
        "function-url-cors: '{\"AllowOrigins\":[\"*\"]}'",
        "event: {name: world}",
        "event: '@event.json'",
        "async-attempts: 3\nasync-max-age: 60\nconcurrency: 0",
        "routes: {GET /a: function, $default: function}",
        "routes: [GET /a=function]",
        "watch: true\nwatch-ignore: [node_modules, '*.pyc']\napi-address: 127.0.0.1:0",
        "apis: {A: {routes: [{route: GET /a, function: function}]}}",
        "apis: {A: {type: rest, stage: $default, stage-variables: {k: 1}, timeout: 0.5}}",
        "apis: {A: {cors: {AllowOrigins: ['*'], AllowMethods: GET, MaxAge: 5}}}",
        "apis: {A: {gateway-responses: {UNAUTHORIZED: {StatusCode: 401,"
            + " ResponseParameters: {x: y}, ResponseTemplates: {a/b: '{}'}}}}}",
        "apis: {A: {authorizers: {x: {type: request, function: function, payload: '2.0',"
            + " simple-responses: true, identity-sources: [$request.header.A], ttl: 300},"
            + " y: {type: jwt, issuer: i, audience: [a]}, z: {type: iam}},"
            + " default-authorizer: x, routes: [{route: $default, function: function,"
            + " payload: '1.0', authorizer: none, scopes: [s], timeout: 5, operation: o}]}}",
        "apis: {A: {type: rest, id: abc, binary-media-types: [image/png], api-keys: [k],"
            + " preflights-authorized: false, authorizers: {t: {type: token, function: function,"
            + " identity-validation: 'a.*'}}, routes: [{route: POST /p, function: function,"
            + " api-key: true, required-parameters: [method.request.header.x], stream: true}]}}",
        "runtime: python3.13\nhandler: a.b\ncode: python\nlayers: [python, node]",
        "runtimes: {python3.13: /opt/python -m awslambdaric, nodejs22.x: [node, x.mjs]}",
        "endpoints: {all: 'http://localhost:4566', sqs: 'http://localhost:9324'}",
        "log-group: /g\napplication-log-level: debug\nsystem-log-level: WARN",
        "functions: {a: {runtime: python3.13, inline-code: 'x = 1', names: [A, S/A]}}",
        "functions: {a: {command: x, versions: [{version: 1, description: d}, 2],"
            + " aliases: {live: 1, all: {version: $LATEST, weights: {'1': 0.5},"
            + " description: d, provisioned: 1}}, function-url-qualifier: live}}",
        "functions: {a: {details: {Role: r, Tags: {a: b}, Size: 1}, not-runnable: image}}",
        "functions: {a: {command: x}}",
        "functions: {a: {command: x, freeze: true}}",
        "functions:\n  a:\n  b: {}\n",
        "functions: {a-1_B: {command: [x, 1, true], handler: a.b, env: {A: 1}, env.B: 2}}",
        "functions: {a: {timeout: 1, provisioned: 1, max-concurrency: 1, reserved-concurrency: 2}}",
        "contract: fn-http-stream\nfunctions: {a: {command: x, fn: {fnIds: [i], images: a/b,"
            + " app: photos, catchAll: true}}}",
        "fnRunner: {listen: '127.0.0.1:9190', waitForCapacity: 0s, initTimeout: 5s,"
            + " pauseAfterIdle: off, detached: true, statusFunction: null, totalMemory: 256,"
            + " limits: {requestBytes: 0, responseBytes: 6291456, headBytes: 65536}}",
        "fnRunner: {waitForCapacity: 1.5, pauseAfterIdle: 50ms, statusFunction: 'rapid/status'}",
        "timeout: 3\ntotal-concurrency: 10\nfunctions: {a: {command: x}, b: {memory: 1}}");
  }

  @ParameterizedTest
  @MethodSource("valid")
  void what_the_reader_takes_is_valid(String yaml) throws IOException {
    read(yaml);

    assertThat(faults(yaml)).isEmpty();
  }

  static List<String> invalid() {
    return List.of(
        "memroy: 3",
        "[a]",
        "text",
        "timeout: soon",
        "timeout: -1",
        "timeout: [3]",
        "timeout: {a: 3}",
        "timeout: null",
        "memory: 0",
        "memory: 1.5",
        "memory: 2000000",
        "account-id: '123'",
        "function-version: latest",
        "function-name: a b",
        "region: EU",
        "telemetry: true",
        "log-format: xml",
        "snapstart: yes",
        "strict: [regions]",
        "strict: region, nothing",
        "strict: {region: true}",
        "listen: '8080'",
        "env: {'A=B': 1}",
        "env: {A: [1]}",
        "env: [A]",
        "env: A",
        "env: 3",
        "function-url-cors: {AllowOrigin: ['*']}",
        "function-url-cors: {AllowOrigins: '*'}",
        "function-url-cors: {MaxAge: soon}",
        "function-url-cors: {MaxAge: 100000}",
        "function-url-cors: text",
        "async-attempts: 4",
        "async-max-age: 59",
        "concurrency: -1",
        "max-concurrency: 0",
        "requests-per-second: 0",
        "total-concurrency: 10001",
        "config: other.yaml",
        "command: x",
        "routes: {GET /a: {function: a}}",
        "routes: GET /a",
        "watch: maybe",
        "apis: [a]",
        "apis: {A: {routes: [{route: GET /a}]}}",
        "apis: {A: {routes: [{route: a, function: function}]}}",
        "apis: {A: {routes: {GET /a: function}}}",
        "apis: {A: {routes: [{route: /a, function: function, payload: '3.0'}]}}",
        "apis: {A: {routes: [{route: /a, function: function, authoriser: x}]}}",
        "apis: {A: {type: websocket}}",
        "apis: {A: {authorizers: {x: {function: function}}}}",
        "apis: {A: {authorizers: {x: {type: basic}}}}",
        "apis: {A: {gateway-responses: {NOTHING: {}}}}",
        "apis: {A: {cors: {MaxAge: soon}}}",
        "apis: {A: {cors: true}}",
        "apis: {A: {timeout: soon}}",
        "template: t.yaml",
        "parameter: {a: b}",
        "runtime: Python 3",
        "endpoints: {sqs: {url: x}}",
        "application-log-level: loud",
        "versions: [1]",
        "functions: {a: {versions: {version: 1}}}",
        "functions: {a: {versions: [first]}}",
        "functions: {a: {versions: [{number: 1}]}}",
        "functions: {a: {aliases: [live]}}",
        "functions: {a: {aliases: {live: {weights: {'1': 1}}}}}",
        "functions: {a: {versions: [1], aliases: {live: {version: 1, weights: {'1': x}}}}}",
        "functions: {a: {details: text}}",
        "fnRunner: true",
        "fnRunner: {listen: '9190'}",
        "fnRunner: {port: 9190}",
        "fnRunner: {initTimeout: soon}",
        "fnRunner: {waitForCapacity: off}",
        "fnRunner: {detached: maybe}",
        "fnRunner: {limits: {bodyBytes: 1}}",
        "fnRunner: {limits: {headBytes: 1}}",
        "contract: http",
        "fn: {catchAll: true}",
        "functions: {a: {command: x, fn: {ids: [i]}}}",
        "functions: {a: {command: x, fn: [i]}}",
        "functions: {}",
        "functions: [a]",
        "functions:",
        "functions: {a b: {}}",
        "functions: {a: x}",
        "functions: {a: [x]}",
        "functions: {a: {listen: '127.0.0.1:0'}}",
        "functions: {a: {function-name: b}}",
        "functions: {a: {memroy: 3}}",
        "functions: {a: {command: {x: y}}}",
        "functions: {a: {command: [[x]]}}",
        "functions: {a: {timeout: soon}}",
        "functions: {a: {provisioned: many}}");
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void what_the_reader_refuses_is_invalid(String yaml) throws IOException {
    assertThatThrownBy(() -> read(yaml)).isInstanceOf(UsageException.class);

    assertThat(faults(yaml)).isNotEmpty();
  }

  /** Reads a file and every option in it. */
  private void read(String yaml) throws IOException {
    for (Path each : List.of(Path.of("examples", "python"), Path.of("examples", "node"))) {
      Files.createDirectories(directory.resolve(each));
    }
    Files.createDirectories(directory.resolve("python"));
    Files.createDirectories(directory.resolve("node"));
    Files.createDirectories(directory.resolve("project"));
    Files.writeString(directory.resolve("event.json"), "{}");
    Files.writeString(directory.resolve("rapid.yaml"), yaml.replace("../", ""));
    Settings settings =
        new Settings(
            new Arguments(Map.of(Options.CONFIG, List.of("rapid.yaml")), List.of(), false),
            new ProcessContext(Map.of(), directory, new ByteArrayInputStream(new byte[0])),
            new LazyRuntimes(Map.of()));
    Options.all().forEach(settings::find);
    settings.programToServe(message -> {});
  }

  private static List<String> faults(String yaml) {
    Object value =
        new Load(LoadSettings.builder().setSchema(new CoreSchema()).build()).loadFromString(yaml);
    JsonNode json = new ObjectMapper().valueToTree(value);
    return SCHEMA.validate(json).stream().map(Object::toString).toList();
  }
}
