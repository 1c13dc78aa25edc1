package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of {@link ArchitectureTest} can fail: each of them finds code that breaks it. */
final class ArchitectureRulesTest {

  @TempDir private Path directory;

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("offences")
  void a_rule_finds_the_code_that_breaks_it(String rule, String offender, List<String> sources)
      throws Exception {
    JavaClasses classes = compiled(sources);

    List<String> details =
        rule(rule).allowEmptyShould(true).evaluate(classes).getFailureReport().getDetails();

    assertThat(details).anyMatch(detail -> detail.contains(offender));
  }

  @Test
  void every_rule_is_broken_by_some_code_here() {
    Set<String> broken = new HashSet<>();
    offences().forEach(offence -> broken.add((String) offence.get()[0]));

    assertThat(broken)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ArchitectureTest.class.getDeclaredFields())
                .filter(field -> ArchRule.class.isAssignableFrom(field.getType()))
                .map(Field::getName)
                .toList());
  }

  static Stream<Arguments> offences() {
    return Stream.of(
        offence(
            "the_core_knows_neither_http_nor_json_nor_processes",
            "dev.rapid.core.offence.Http",
            "package dev.rapid.core.offence; class Http { io.undertow.Undertow server; }"),
        offence(
            "the_core_knows_neither_http_nor_json_nor_processes",
            "dev.rapid.core.offence.Json",
            """
            package dev.rapid.core.offence;
            class Json { com.fasterxml.jackson.databind.JsonNode json; }
            """),
        offence(
            "the_core_knows_neither_http_nor_json_nor_processes",
            "dev.rapid.core.offence.Programs",
            """
            package dev.rapid.core.offence;
            class Programs {
              void start() throws java.io.IOException { new ProcessBuilder("true").start(); }
            }
            """),
        offence(
            "rules_of_the_sandbox_do_not_call_each_other",
            "dev.rapid.core.sandbox.NapRules",
            "package dev.rapid.core.sandbox; class SleepRules {}",
            "package dev.rapid.core.sandbox; class NapRules { SleepRules other; }"),
        offence(
            "the_api_modules_do_not_know_each_other",
            "dev.rapid.runtimeapi.offence.Starter",
            "package dev.rapid.bootstrap.offence; public class Program {}",
            """
            package dev.rapid.runtimeapi.offence;
            class Starter { dev.rapid.bootstrap.offence.Program program; }
            """),
        offence(
            "the_api_modules_do_not_know_each_other",
            "dev.rapid.extensionsapi.offence.Counter",
            "package dev.rapid.telemetry.offence; public class Meter {}",
            """
            package dev.rapid.extensionsapi.offence;
            class Counter extends dev.rapid.telemetry.offence.Meter {}
            """),
        offence(
            "the_api_modules_do_not_know_each_other",
            "dev.rapid.telemetry.offence.Caller",
            "package dev.rapid.invokeapi.offence; public class Call {}",
            """
            package dev.rapid.telemetry.offence;
            class Caller { dev.rapid.invokeapi.offence.Call call; }
            """),
        offence(
            "the_api_modules_do_not_know_each_other",
            "dev.rapid.control.offence.Remote",
            "package dev.rapid.invokeapi.offence; public class Call {}",
            """
            package dev.rapid.control.offence;
            class Remote { dev.rapid.invokeapi.offence.Call call; }
            """),
        offence(
            "the_api_modules_do_not_know_each_other",
            "dev.rapid.gateway.offence.Url",
            "package dev.rapid.invokeapi.offence; public class Call {}",
            """
            package dev.rapid.gateway.offence;
            class Url { dev.rapid.invokeapi.offence.Call call; }
            """),
        offence(
            "the_status_pages_know_telemetry_and_no_other_api",
            "dev.rapid.status.offence.Page",
            "package dev.rapid.invokeapi.offence; public class Call {}",
            """
            package dev.rapid.status.offence;
            class Page { dev.rapid.invokeapi.offence.Call last; }
            """),
        offence(
            "the_lambda_model_depends_on_the_core_alone",
            "dev.rapid.lambda.offence.Address",
            "package dev.rapid.http.offence; public class Listener {}",
            """
            package dev.rapid.lambda.offence;
            class Address { dev.rapid.http.offence.Listener listener; }
            """),
        offence(
            "the_lambda_model_depends_on_the_core_alone",
            "dev.rapid.lambda.offence.Header",
            """
            package dev.rapid.lambda.offence;
            class Header { io.undertow.util.HttpString name; }
            """),
        offence(
            "the_http_module_knows_neither_lambda_nor_json",
            "dev.rapid.http.offence.Arn",
            "package dev.rapid.lambda.offence; public class Identity {}",
            """
            package dev.rapid.http.offence;
            class Arn { dev.rapid.lambda.offence.Identity identity; }
            """),
        offence(
            "nothing_depends_on_the_command_line",
            "dev.rapid.http.offence.Options",
            "package dev.rapid.cli.offence; public class Command {}",
            """
            package dev.rapid.http.offence;
            class Options { dev.rapid.cli.offence.Command command; }
            """),
        offence(
            "the_command_line_assembles_nothing",
            "dev.rapid.cli.offence.Server",
            """
            package dev.rapid.cli.offence;
            class Server { io.undertow.server.HttpHandler handler; }
            """),
        offence(
            "only_the_command_line_knows_the_emulator",
            "dev.rapid.invokeapi.offence.Assembly",
            "package dev.rapid.emulator.offence; public class Function {}",
            """
            package dev.rapid.invokeapi.offence;
            class Assembly { dev.rapid.emulator.offence.Function function; }
            """),
        offence(
            "only_the_options_know_picocli",
            "dev.rapid.http.offence.Options",
            """
            package dev.rapid.http.offence;
            class Options { picocli.CommandLine line; }
            """),
        offence(
            "only_the_options_and_the_templates_know_yaml",
            "dev.rapid.emulator.offence.Document",
            """
            package dev.rapid.emulator.offence;
            class Document { org.snakeyaml.engine.v2.nodes.Node root; }
            """),
        offence(
            "only_the_storage_of_the_queue_knows_databases",
            "dev.rapid.queue.offence.Reader",
            "package dev.rapid.queue.offence; class Reader { java.sql.Connection connection; }"),
        offence(
            "only_the_storage_of_the_queue_knows_databases",
            "dev.rapid.emulator.offence.Opener",
            "package dev.rapid.queue.sql; public class Table {}",
            """
            package dev.rapid.emulator.offence;
            class Opener { dev.rapid.queue.sql.Table table; }
            """),
        offence(
            "only_protocols_that_are_loaded_late_know_their_libraries",
            "dev.rapid.emulator.offence.Loops",
            """
            package dev.rapid.emulator.offence;
            class Loops { io.netty.channel.EventLoop loop; }
            """),
        offence(
            "only_protocols_that_are_loaded_late_know_their_libraries",
            "dev.rapid.fnfdk.offence.Maker",
            "package dev.rapid.fnfdk.http; public class Connection {}",
            """
            package dev.rapid.fnfdk.offence;
            class Maker { dev.rapid.fnfdk.http.Connection connection; }
            """),
        offence(
            "only_protocols_that_are_loaded_late_know_their_libraries",
            "dev.rapid.fnrunner.offence.Caller",
            """
            package dev.rapid.fnrunner.offence;
            class Caller { io.grpc.ServerCall<String, String> call; }
            """),
        offence(
            "the_storage_of_the_queue_knows_nothing_else_of_it",
            "dev.rapid.queue.store.Sender",
            "package dev.rapid.queue.destination.offence; public class Target {}",
            """
            package dev.rapid.queue.store;
            class Sender { dev.rapid.queue.destination.offence.Target target; }
            """),
        offence(
            "the_templates_know_nothing_else_of_rapid",
            "dev.rapid.templates.offence.Deployment",
            "package dev.rapid.emulator.offence; public class Function {}",
            """
            package dev.rapid.templates.offence;
            class Deployment { dev.rapid.emulator.offence.Function function; }
            """),
        offence(
            "packages_form_no_cycles",
            "dev.rapid.core.one.First",
            """
            package dev.rapid.core.one;
            public class First { dev.rapid.core.other.Second second; }
            """,
            """
            package dev.rapid.core.other;
            public class Second { dev.rapid.core.one.First first; }
            """),
        offence(
            "only_the_command_line_prints_or_exits",
            "dev.rapid.http.offence.Printer",
            """
            package dev.rapid.http.offence;
            class Printer { void print() { System.out.println(); } }
            """),
        offence(
            "managed_runtimes_need_the_jdk_alone",
            "dev.rapid.runtimes.offence.Json",
            """
            package dev.rapid.runtimes.offence;
            class Json { com.fasterxml.jackson.databind.JsonNode json; }
            """),
        offence(
            "only_the_command_line_prints_or_exits",
            "dev.rapid.http.offence.Complainer",
            """
            package dev.rapid.http.offence;
            class Complainer { void complain() { System.err.println(); } }
            """),
        offence(
            "only_the_command_line_prints_or_exits",
            "dev.rapid.http.offence.Exit",
            """
            package dev.rapid.http.offence;
            class Exit { void exit() { System.exit(1); } }
            """),
        offence(
            "only_the_command_line_prints_or_exits",
            "dev.rapid.http.offence.RuntimeExit",
            """
            package dev.rapid.http.offence;
            class RuntimeExit { void exit() { Runtime.getRuntime().exit(1); } }
            """),
        offence(
            "only_the_command_line_prints_or_exits",
            "dev.rapid.http.offence.Halt",
            """
            package dev.rapid.http.offence;
            class Halt { void halt() { Runtime.getRuntime().halt(1); } }
            """));
  }

  private static Arguments offence(String rule, String offender, String... sources) {
    return arguments(rule, offender, List.of(sources));
  }

  private static ArchRule rule(String name) throws ReflectiveOperationException {
    return (ArchRule) ArchitectureTest.class.getDeclaredField(name).get(null);
  }

  private JavaClasses compiled(List<String> sources) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String source : sources) {
      String name = source.replaceFirst("(?s).*?\\bclass (\\w+).*", "$1");
      files.add(Files.writeString(directory.resolve(name + ".java"), source));
    }
    Path output = Files.createDirectory(directory.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  manager,
                  null,
                  List.of("-d", output.toString(), "-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
    return new ClassFileImporter().importPath(output);
  }
}
