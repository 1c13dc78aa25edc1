package dev.rapid.runtimes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.rapid.runtimes.Doctor.Finding;
import dev.rapid.runtimes.Doctor.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

  @TempDir Path temporary;
  private FakeMachine machine;

  @BeforeEach
  void prepare() {
    machine = new FakeMachine(temporary);
  }

  private List<Finding> about(String language) {
    return new Doctor(
            machine.environment(),
            machine.root().resolve("shipped"),
            machine.root().resolve("own-java"))
        .examine().stream().filter(finding -> finding.subject().startsWith(language)).toList();
  }

  @Test
  void a_language_without_an_interpreter_is_missing_and_can_be_installed() {
    assertThat(about("Python"))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.status()).isEqualTo(Status.MISSING);
          assertThat(finding.install()).contains("python3.13");
        });
  }

  @Test
  void the_command_that_installs_uses_the_tools_of_the_machine() {
    machine.program("bin/uv");

    assertThat(about("Python"))
        .extracting(Finding::install)
        .containsExactly("uv python install 3.13");
  }

  @Test
  void an_interpreter_without_the_client_runs_functions_with_the_own_runtime() {
    Path python = machine.program("bin/python3", "Python 3.12.4");

    assertThat(about("Python"))
        .containsExactly(
            new Finding(
                "Python 3.12.4",
                Status.SUFFICIENT,
                python + " with Rapid's own runtime; AWS's client awslambdaric is not installed",
                python + " -m pip install awslambdaric"));
  }

  @Test
  void an_interpreter_with_the_client_is_complete() {
    machine.program("bin/python3", "Python 3.12.4");
    machine.file("lib/python3.12/site-packages/awslambdaric/__main__.py", "");
    machine.file("lib/python3.12/site-packages/runtime_client.cpython-312-x86_64.so", "");

    assertThat(about("Python")).extracting(Finding::status).containsExactly(Status.COMPLETE);
  }

  @Test
  void all_interpreters_are_listed_and_the_default_comes_first() {
    machine.program("bin/node", "v20.19.3");
    machine.program("home/.nvm/versions/node/v24.1.0/bin/node");
    machine.program("home/.nvm/versions/node/v22.3.0/bin/node");

    assertThat(about("Node.js"))
        .extracting(Finding::subject)
        .containsExactly("Node.js 20.19.3", "Node.js 24.1", "Node.js 22.3");
  }

  @Test
  void ruby_without_its_client_is_missing() {
    machine.program("bin/ruby", "ruby 3.4.1p0");

    assertThat(about("Ruby"))
        .containsExactly(
            new Finding(
                "Ruby 3.4.1",
                Status.MISSING,
                machine.bin().resolve("ruby") + " without AWS's client aws_lambda_ric",
                "gem install aws_lambda_ric"));
  }

  @Test
  void java_needs_the_client_in_a_repository() {
    machine.java("own-java", "25.0.1");

    assertThat(about("Java"))
        .filteredOn(finding -> finding.subject().equals("Java 25.0.1"))
        .extracting(Finding::status, Finding::install)
        .containsExactly(
            tuple(
                Status.MISSING,
                "mvn dependency:get -Dartifact=com.amazonaws:"
                    + "aws-lambda-java-runtime-interface-client:2.10.1"));
  }
}
