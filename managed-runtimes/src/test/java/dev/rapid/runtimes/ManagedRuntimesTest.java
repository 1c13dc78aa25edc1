package dev.rapid.runtimes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagedRuntimesTest {

  @TempDir Path temporary;
  private FakeMachine machine;

  @BeforeEach
  void prepare() {
    machine = new FakeMachine(temporary);
  }

  private Launch launch(FunctionCode code) throws UnusableRuntimeException {
    try (ManagedRuntimes runtimes = machine.runtimes()) {
      return runtimes.launch(code);
    }
  }

  private static List<String> texts(Launch launch) {
    return launch.notices().stream().map(Notice::text).toList();
  }

  private static List<String> warnings(Launch launch) {
    return launch.notices().stream().filter(Notice::warning).map(Notice::text).toList();
  }

  @Test
  void provided_runs_the_bootstrap_of_the_code() throws Exception {
    Path bootstrap = machine.program("task/bootstrap");

    Launch launch = launch(machine.function("provided.al2023", "any"));

    assertThat(launch.command()).containsExactly(bootstrap.toString());
    assertThat(launch.taskRoot()).isEqualTo(machine.root().resolve("task"));
    assertThat(launch.environment()).doesNotContainKey("AWS_EXECUTION_ENV");
    assertThat(launch.notices()).isEmpty();
  }

  @Test
  void provided_runs_the_bootstrap_of_a_layer_if_the_code_has_none() throws Exception {
    Path bootstrap = machine.program("layer/bootstrap");

    Launch launch =
        launch(machine.function("provided.al2", "any", machine.root().resolve("layer")));

    assertThat(launch.command()).containsExactly(bootstrap.toString());
  }

  @Test
  void provided_without_a_bootstrap_starts_it_in_vain_and_says_so() throws Exception {
    Launch launch = launch(machine.function("provided.al2023", "any"));

    Path bootstrap = machine.root().resolve("task/bootstrap");
    assertThat(launch.command()).containsExactly(bootstrap.toString());
    assertThat(warnings(launch)).singleElement().asString().contains(bootstrap + " does not exist");
  }

  @Test
  void go_runs_the_file_that_the_handler_names() throws Exception {
    Launch launch = launch(machine.function("go1.x", "main"));

    assertThat(launch.command()).containsExactly(machine.root().resolve("task/main").toString());
  }

  @Test
  void python_runs_with_the_program_of_its_version() throws Exception {
    machine.program("bin/python3");
    Path python = machine.program("bin/python3.13");

    Launch launch = launch(machine.function("python3.13", "app.handler"));

    assertThat(launch.command())
        .containsExactly(
            python.toString(),
            machine.root().resolve("shipped/python/start_rapid_runtime.py").toString(),
            "",
            "app.handler");
    assertThat(launch.environment()).containsEntry("AWS_EXECUTION_ENV", "AWS_Lambda_python3.13");
    assertThat(texts(launch)).singleElement().asString().contains("Rapid's own runtime");
    assertThat(warnings(launch)).isEmpty();
  }

  @Test
  void another_python_runs_with_a_warning() throws Exception {
    Path python = machine.program("bin/python3", "Python 3.11.7");

    Launch launch = launch(machine.function("python3.13", "app.handler"));

    assertThat(launch.command()).startsWith(python.toString());
    assertThat(warnings(launch))
        .singleElement()
        .asString()
        .contains("runs with Python 3.11, because Python 3.13 is not installed");
  }

  @Test
  void the_interpreter_of_a_version_manager_is_used_instead_of_its_script_on_the_path()
      throws Exception {
    machine.with("PATH", machine.root().resolve("shims") + ":" + machine.bin());
    machine.program("shims/python3.12");
    machine.program("bin/python3.12");
    Path python = machine.program("home/.pyenv/versions/3.12.4/bin/python3");
    machine.program("home/.pyenv/versions/3.12.1/bin/python3");

    Launch launch = launch(machine.function("python3.12", "app.handler"));

    assertThat(launch.command()).startsWith(python.toString());
    assertThat(warnings(launch)).isEmpty();
  }

  @Test
  void a_virtual_environment_beside_the_code_comes_first() throws Exception {
    machine.program("bin/python3.13");
    machine.file(".venv/pyvenv.cfg", "version = 3.13.1\n");
    machine.file(".venv/bin/activate", "");
    Path python = machine.program(".venv/bin/python");

    Launch launch = launch(machine.function("python3.13", "app.handler"));

    assertThat(launch.command()).startsWith(python.toString());
  }

  @Test
  void without_python_the_function_cannot_run() {
    assertThatThrownBy(() -> launch(machine.function("python3.13", "app.handler")))
        .isInstanceOf(UnusableRuntimeException.class)
        .hasMessageContaining("python3.13 needs Python, which is not installed; run: ");
  }

  @Test
  void the_python_client_of_aws_runs_the_handler_if_the_interpreter_has_it() throws Exception {
    machine.program("bin/python3.13");
    machine.file("lib/python3.13/site-packages/awslambdaric/__main__.py", "");
    machine.file("lib/python3.13/site-packages/runtime_client.cpython-313-x86_64-linux-gnu.so", "");

    Launch launch = launch(machine.function("python3.13", "app.handler"));

    assertThat(launch.command())
        .contains(machine.root().resolve("shipped/python/start_awslambdaric.py").toString());
  }

  @Test
  void a_python_client_in_the_code_that_was_built_for_another_version_is_not_used()
      throws Exception {
    machine.program("bin/python3.13");
    machine.file("task/awslambdaric/__main__.py", "");
    machine.file("task/runtime_client.cpython-312-x86_64-linux-gnu.so", "");

    Launch launch = launch(machine.function("python3.13", "app.handler"));

    assertThat(texts(launch)).singleElement().asString().contains("Rapid's own runtime");
  }

  @Test
  void node_gets_the_options_of_the_cloud_in_its_order() throws Exception {
    Path node = machine.program("bin/node", "v22.3.0");

    Launch launch = launch(machine.function("nodejs22.x", "app.handler"));

    assertThat(launch.command())
        .containsExactly(
            node.toString(),
            "--expose-gc",
            "--max-http-header-size",
            "81920",
            "--max-semi-space-size=25",
            "--max-old-space-size=461",
            "--no-experimental-require-module",
            "--no-experimental-detect-module",
            machine.root().resolve("shipped/node/rapid-runtime.mjs").toString(),
            "app.handler");
  }

  @Test
  void node_options_of_the_function_keep_what_the_cloud_would_switch_off() throws Exception {
    machine.program("bin/node", "v22.3.0");
    Map<String, String> variables =
        Map.of("NODE_OPTIONS", "--experimental-require-module --trace-warnings");

    Launch launch = launch(machine.function("nodejs22.x", "app.handler", variables));

    assertThat(launch.command())
        .contains("--no-experimental-detect-module")
        .doesNotContain("--no-experimental-require-module");
  }

  @Test
  void node_options_that_a_version_does_not_know_are_left_out() throws Exception {
    machine.program("bin/node", "v20.9.0");

    Launch launch = launch(machine.function("nodejs22.x", "app.handler"));

    assertThat(launch.command()).noneMatch(word -> word.startsWith("--no-"));
  }

  @Test
  void node_of_the_right_version_comes_from_a_version_manager() throws Exception {
    machine.program("bin/node", "v20.9.0");
    Path node = machine.program("home/.nvm/versions/node/v24.1.0/bin/node");

    Launch launch = launch(machine.function("nodejs24.x", "app.handler"));

    assertThat(launch.command()).startsWith(node.toString());
    assertThat(warnings(launch)).isEmpty();
  }

  @Test
  void the_node_client_of_aws_runs_the_handler_if_it_is_built() throws Exception {
    machine.program("bin/node", "v20.19.0");
    machine.file("task/node_modules/aws-lambda-ric/dist/rapid-client.node", "");
    Path client = machine.file("task/node_modules/aws-lambda-ric/dist/index.mjs", "");

    Launch launch = launch(machine.function("nodejs20.x", "app.handler"));

    assertThat(launch.command()).endsWith(client.toString(), "app.handler");
  }

  @Test
  void packages_of_node_layers_are_found_as_in_the_cloud() throws Exception {
    machine.program("bin/node", "v22.3.0");
    Path layer = machine.directory("layer");

    Launch launch = launch(machine.function("nodejs22.x", "app.handler", layer));

    assertThat(launch.environment().get("NODE_PATH"))
        .startsWith(layer + "/nodejs/node22/node_modules:" + layer + "/nodejs/node_modules:")
        .endsWith(":" + machine.root().resolve("task"));
  }

  @Test
  void java_gets_an_explicit_class_path_with_the_client_first() throws Exception {
    Path java = machine.java("jdk-21", "21.0.2");
    machine.with("JAVA_HOME", machine.root().resolve("jdk-21").toString());
    Path ric = machine.file("task/lib/aws-lambda-java-runtime-interface-client-2.10.1.jar", "");
    Path core = machine.file("task/lib/aws-lambda-java-core-1.4.0.jar", "");
    Path a = machine.file("task/lib/a.jar", "");
    Path z = machine.file("task/lib/z.jar", "");
    Path layer = machine.file("layer/java/lib/b.jar", "");

    Launch launch = launch(machine.function("java21", "app.H", machine.root().resolve("layer")));

    assertThat(launch.command()).startsWith(java.toString()).endsWith("app.H");
    String classPath = launch.command().get(launch.command().indexOf("-cp") + 1);
    assertThat(classPath.split(":"))
        .containsExactly(
            core.toString(),
            ric.toString(),
            machine.root().resolve("task").toString(),
            a.toString(),
            z.toString(),
            layer.toString());
  }

  @Test
  void java_takes_the_lowest_version_that_is_not_lower() throws Exception {
    machine.file("task/com/amazonaws/services/lambda/runtime/api/client/AWSLambda.class", "");
    machine.java("home/.jdks/jdk-8", "1.8.0_402");
    machine.java("home/.jdks/jdk-99", "99.0.1");
    Path java = machine.java("home/.jdks/jdk-90", "90.0.1");

    Launch launch = launch(machine.function("java89", "app.H"));

    assertThat(launch.command()).startsWith(java.toString());
    assertThat(warnings(launch)).singleElement().asString().contains("Java 89 is not installed");
  }

  @Test
  void java_finds_the_client_in_the_local_maven_repository() throws Exception {
    machine.java("own-java", "21.0.2");
    String repository = "home/.m2/repository/com/amazonaws/";
    String ric = "aws-lambda-java-runtime-interface-client";
    machine.file(repository + ric + "/2.9.0/" + ric + "-2.9.0.jar", "");
    machine.file(repository + ric + "/2.10.1/" + ric + "-2.10.1.jar", "");
    for (String other : List.of("aws-lambda-java-core", "aws-lambda-java-serialization")) {
      machine.file(repository + other + "/1.4.0/" + other + "-1.4.0.jar", "");
    }

    Launch launch = launch(machine.function("java21", "app.H"));

    assertThat(launch.command().get(launch.command().indexOf("-cp") + 1))
        .startsWith(
            machine.root().resolve(repository + ric + "/2.10.1/" + ric + "-2.10.1.jar") + ":");
  }

  @Test
  void java_without_its_client_names_the_command_that_gets_it() {
    machine.java("own-java", "21.0.2");

    assertThatThrownBy(() -> launch(machine.function("java21", "app.H")))
        .hasMessageContaining("mvn dependency:get -Dartifact=com.amazonaws:aws-lambda-java-");
  }

  @Test
  void ruby_gets_its_client_and_its_load_path() throws Exception {
    Path ruby = machine.program("bin/ruby3.4");
    machine.file("lib/ruby/gems/3.4.0/gems/aws_lambda_ric-3.1.3/lib/aws_lambda_ric.rb", "");
    Path layer = machine.directory("layer");

    Launch launch = launch(machine.function("ruby3.4", "app.handler", layer));

    assertThat(launch.command())
        .startsWith(
            ruby.toString(),
            "-I",
            machine.root().resolve("lib/ruby/gems/3.4.0/gems/aws_lambda_ric-3.1.3/lib").toString(),
            "-e");
    assertThat(launch.environment())
        .containsEntry(
            "GEM_PATH",
            machine.root().resolve("task/vendor/bundle/ruby/3.4.0")
                + ":"
                + layer
                + "/ruby/gems/3.4.0")
        .containsEntry("RUBYLIB", machine.root().resolve("task") + ":" + layer + "/ruby/lib");
  }

  @Test
  void dotnet_runs_a_class_library_with_the_support_among_its_files() throws Exception {
    Path dotnet = machine.program("dotnet/dotnet");
    machine.directory("dotnet/shared/Microsoft.NETCore.App/8.0.1");
    machine.with("DOTNET_ROOT", machine.root().resolve("dotnet").toString());
    Path dependencies = machine.file("task/App.deps.json", "{}");
    Path configuration = machine.file("task/App.runtimeconfig.json", "{}");
    Path support = machine.file("task/Amazon.Lambda.RuntimeSupport.dll", "");

    Launch launch = launch(machine.function("dotnet8", "App::App.Function::Handle"));

    assertThat(launch.command())
        .containsExactly(
            dotnet.toString(),
            "exec",
            "--depsfile",
            dependencies.toString(),
            "--runtimeconfig",
            configuration.toString(),
            support.toString(),
            "App::App.Function::Handle");
  }

  @Test
  void dotnet_runs_a_self_contained_program_without_an_interpreter() throws Exception {
    Path program = machine.program("task/App");

    Launch launch = launch(machine.function("dotnet8", "App"));

    assertThat(launch.command()).containsExactly(program.toString());
  }

  @Test
  void a_command_of_the_configuration_replaces_that_of_the_runtime() throws Exception {
    Path layer = machine.directory("layer");
    Map<String, List<String>> overrides =
        Map.of("python3.13", List.of("/opt/py/bin/python3", "-m", "awslambdaric"));
    try (ManagedRuntimes runtimes = machine.runtimes(overrides)) {
      Launch launch = runtimes.launch(machine.function("python3.13", "app.handler", layer));

      assertThat(launch.command())
          .containsExactly("/opt/py/bin/python3", "-m", "awslambdaric", "app.handler");
      assertThat(launch.environment())
          .containsEntry(
              "PYTHONPATH", layer + "/python/lib/python3.13/site-packages:" + layer + "/python");
    }
  }

  @Test
  void a_runtime_without_an_argument_gets_the_command_of_the_configuration_alone()
      throws Exception {
    Map<String, List<String>> overrides = Map.of("provided.al2023", List.of("/run/it", "now"));
    try (ManagedRuntimes runtimes = machine.runtimes(overrides)) {
      assertThat(runtimes.launch(machine.function("provided.al2023", "h")).command())
          .containsExactly("/run/it", "now");
    }
  }

  @Test
  void an_unknown_runtime_runs_only_with_a_command_of_the_configuration() throws Exception {
    assertThatThrownBy(() -> launch(machine.function("cobol85", "h")))
        .hasMessageContaining("the runtime 'cobol85' is not known")
        .hasMessageContaining("runtimes: {cobol85: ");

    try (ManagedRuntimes runtimes = machine.runtimes(Map.of("cobol85", List.of("/bin/cobol")))) {
      assertThat(runtimes.launch(machine.function("cobol85", "h")).command())
          .containsExactly("/bin/cobol", "h");
    }
  }

  @Test
  void a_managed_runtime_needs_a_handler() {
    machine.program("bin/python3.13");

    assertThatThrownBy(() -> launch(machine.function("python3.13", "")))
        .hasMessageContaining("the function 'hello' has no handler");
  }

  @Test
  void only_what_a_process_needs_is_taken_from_the_caller() throws Exception {
    machine
        .with("AWS_PROFILE", "dev")
        .with("AWS_ACCESS_KEY_ID", "AKIA")
        .with("AWS_LAMBDA_FUNCTION_NAME", "another")
        .with("AWS_EXECUTION_ENV", "CloudShell")
        .with("https_proxy", "http://proxy:1")
        .with("JAVA_HOME", "/jdk")
        .with("RAPID_TIMEOUT", "3")
        .with("SECRET", "x");

    Map<String, String> environment =
        launch(machine.function("provided.al2023", "h")).environment();

    assertThat(environment)
        .containsEntry("AWS_PROFILE", "dev")
        .containsEntry("AWS_ACCESS_KEY_ID", "AKIA")
        .containsEntry("https_proxy", "http://proxy:1")
        .containsKey("HOME")
        .doesNotContainKeys(
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_EXECUTION_ENV",
            "JAVA_HOME",
            "RAPID_TIMEOUT",
            "SECRET");
  }

  @Test
  void programs_and_libraries_of_a_layer_come_last() throws Exception {
    Path layer = machine.directory("layer");
    Path task = machine.directory("task");
    machine.program("python/bin/python3.13");
    machine.with("PATH", machine.bin() + ":" + machine.root().resolve("python/bin"));

    Map<String, String> environment =
        launch(machine.function("python3.13", "a.b", layer)).environment();

    assertThat(environment)
        .containsEntry(
            "PATH",
            machine.root().resolve("python/bin")
                + ":"
                + machine.bin()
                + ":"
                + machine.root().resolve("python/bin")
                + ":"
                + layer
                + "/bin")
        .containsEntry("LD_LIBRARY_PATH", task + ":" + task + "/lib:" + layer + "/lib")
        .containsEntry("PWD", task.toString())
        .containsEntry("LANG", "en_US.UTF-8")
        .containsEntry("TZ", ":UTC");
  }

  @Test
  void a_wrapper_of_a_layer_gets_the_whole_command() throws Exception {
    Path layer = machine.directory("layer");
    Path python = machine.program("bin/python3.13");
    Map<String, String> variables = Map.of("AWS_LAMBDA_EXEC_WRAPPER", "/opt/wrap");

    Launch launch = launch(machine.function("python3.13", "app.handler", variables, layer));

    assertThat(launch.command()).startsWith("/bin/sh", "-c");
    assertThat(launch.command().subList(3, 5))
        .containsExactly(layer.resolve("wrap").toString(), python.toString());
    assertThat(launch.variables())
        .containsEntry("AWS_LAMBDA_EXEC_WRAPPER", layer.resolve("wrap").toString());
  }

  @Test
  void provided_ignores_a_wrapper() throws Exception {
    Path bootstrap = machine.program("task/bootstrap");
    Map<String, String> variables = Map.of("AWS_LAMBDA_EXEC_WRAPPER", "/opt/wrap");

    assertThat(launch(machine.function("provided.al2023", "h", variables)).command())
        .containsExactly(bootstrap.toString());
  }

  @Test
  void paths_of_a_function_below_opt_are_those_of_its_layers() throws Exception {
    Path layer = machine.directory("layer");
    Map<String, String> variables = Map.of("PATH", "/opt/bin:/optical:/bin", "TEXT", "/opt/bin");

    Launch launch = launch(machine.function("provided.al2023", "h", variables, layer));

    assertThat(launch.variables())
        .containsEntry("PATH", layer + "/bin:/optical:/bin")
        .containsEntry("TEXT", "/opt/bin");
  }

  @Test
  void inline_code_becomes_a_file_called_index() throws Exception {
    machine.program("bin/python3.13");
    FunctionCode code =
        new FunctionCode(
            "hello",
            "python3.13",
            "index.handler",
            new FunctionCode.Source.Inline("x = 1\n"),
            List.of(),
            Map.of(),
            128);
    try (ManagedRuntimes runtimes = machine.runtimes()) {
      Launch launch = runtimes.launch(code);

      assertThat(launch.taskRoot().resolve("index.py")).hasContent("x = 1\n");
      assertThat(runtimes.launch(code).taskRoot()).isEqualTo(launch.taskRoot());
    }
  }

  @Test
  void inline_code_of_another_language_is_refused() {
    FunctionCode code =
        new FunctionCode(
            "hello", "java21", "h", new FunctionCode.Source.Inline(""), List.of(), Map.of(), 128);

    assertThatThrownBy(() -> launch(code)).hasMessageContaining("inline code runs with Python and");
  }

  @Test
  void code_that_does_not_exist_is_named() {
    FunctionCode code =
        new FunctionCode(
            "hello",
            "python3.13",
            "h.h",
            new FunctionCode.Source.OnDisk(machine.root().resolve("nowhere")),
            List.of(),
            Map.of(),
            128);

    assertThatThrownBy(() -> launch(code))
        .hasMessageContaining("the code " + machine.root().resolve("nowhere") + " does not exist");
  }

  @Test
  void a_file_that_is_no_archive_is_refused() {
    FunctionCode code =
        new FunctionCode(
            "hello",
            "python3.13",
            "h.h",
            new FunctionCode.Source.OnDisk(machine.file("app.war", "")),
            List.of(),
            Map.of(),
            128);

    assertThatThrownBy(() -> launch(code)).hasMessageContaining("only .zip and .jar are unpacked");
  }

  @Test
  void several_layers_are_one_directory_in_which_the_later_one_wins() throws Exception {
    machine.file("one/python/x.py", "1");
    machine.file("one/python/only.py", "1");
    machine.file("two/python/x.py", "2");
    try (ManagedRuntimes runtimes = machine.runtimes()) {
      Launch launch =
          runtimes.launch(
              machine.function(
                  "provided.al2023",
                  "h",
                  machine.root().resolve("one"),
                  machine.root().resolve("two")));

      Path root = requireNonNull(launch.layerRoot());
      assertThat(root.resolve("python/x.py")).hasContent("2");
      assertThat(root.resolve("python/only.py")).hasContent("1");
    }
  }

  @Test
  void a_notice_is_given_once() throws Exception {
    machine.program("bin/python3", "Python 3.11.7");
    try (ManagedRuntimes runtimes = machine.runtimes()) {
      assertThat(runtimes.launch(machine.function("python3.13", "a.b")).notices()).hasSize(2);
      assertThat(runtimes.launch(machine.function("python3.13", "a.b")).notices()).isEmpty();
    }
  }

  @Test
  void nothing_is_left_when_the_program_ends() throws IOException, UnusableRuntimeException {
    machine.file("one/a", "1");
    machine.file("two/b", "2");
    try (ManagedRuntimes runtimes = machine.runtimes()) {
      Path root =
          runtimes
              .launch(
                  machine.function(
                      "provided.al2023",
                      "h",
                      machine.root().resolve("one"),
                      machine.root().resolve("two")))
              .layerRoot();
      assertThat(root).exists();
    }

    try (var left = Files.list(machine.root().resolve("scratch"))) {
      assertThat(left).isEmpty();
    }
    assertThat(machine.root().resolve("one/a")).hasContent("1");
  }
}
