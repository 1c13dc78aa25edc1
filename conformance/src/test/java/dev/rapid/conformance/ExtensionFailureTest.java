package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extensions that fail, and what the caller sees of it. */
final class ExtensionFailureTest {

  @TempDir Path directory;

  @BeforeEach
  void needs() {
    assumeTrue(Command.exists("bash") && Command.exists("curl"), "bash and curl exist");
  }

  private static void assertFails(Answer answer, String errorType) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.functionError()).isEqualTo("Unhandled");
    assertThat(answer.text()).contains("\"errorType\":\"" + errorType + "\"");
  }

  @Test
  void one_that_ends_during_init_is_a_crash_and_the_next_invocation_tries_again() throws Exception {
    Path repair = directory.resolve("repair");
    Extensions extensions = Extensions.in(directory).add("weak", "broken_without=" + repair);
    try (Rapid rapid = Rapid.serveScripted(extensions.option())) {
      assertThat(rapid.messages()).contains("init failed").contains("Extension.Crash");
      assertFails(rapid.invoke("{}"), "Extension.Crash");

      Files.createFile(repair);

      Answer answer = rapid.invoke("{}");
      assertThat(answer.functionError()).isEmpty();
      assertThat(answer.text()).isEqualTo("{}");
    }
  }

  @Test
  void one_that_ends_during_an_invocation_is_a_crash_and_started_again_for_the_next()
      throws Exception {
    Path crash = directory.resolve("crash");
    Extensions extensions = Extensions.in(directory).add("weak", "crash_on=" + crash).add("strong");
    try (Rapid rapid = Rapid.serveScripted(extensions.option(), "--concurrency=1")) {
      Extensions.Identity weak = Extensions.identity(rapid, "weak", null);
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
      rapid.awaitReady();

      Files.createFile(crash);
      Answer crashed = rapid.invoke("\"sleep 10\"");
      assertFails(crashed, "Extension.Crash");
      assertThat(crashed.text()).contains("exit status 4");
      assertThat(rapid.awaitOutput("[strong] {\"eventType\":\"SHUTDOWN\""))
          .contains("\"shutdownReason\":\"failure\"");

      Answer answer = rapid.invoke("{}");
      assertThat(answer.functionError()).isEmpty();
      assertThat(answer.text()).isEqualTo("{}");
      assertThat(Extensions.identity(rapid, "weak", weak).process()).isNotEqualTo(weak.process());
    }
  }

  @Test
  void one_that_never_registers_is_named_when_the_time_is_over() {
    Extensions extensions = Extensions.in(directory).add("mute", "silent=yes").add("good");
    try (Rapid rapid =
        Rapid.serveScripted(extensions.option(), "--init-timeout=1", "--timeout=1")) {
      assertThat(rapid.awaitMessage("init failed"))
          .contains("mute")
          .doesNotContain("good")
          .contains("within 1 s");

      assertFails(rapid.invoke("{}"), "Sandbox.Timedout");
      assertThat(rapid.awaitMessage("before the function's timeout")).contains("mute");
    }
  }

  @Test
  void eleven_are_too_many() {
    Extensions extensions = Extensions.in(directory);
    for (int i = 1; i <= 11; i++) {
      extensions.program("extension-" + i, "#!/bin/sh\nexec sleep 600\n");
    }
    try (Rapid rapid = Rapid.serveScripted(extensions.option())) {
      assertThat(rapid.messages()).contains("init failed").contains("Extension.LaunchError");
      assertFails(rapid.invoke("{}"), "Extension.LaunchError");
    }
  }

  @Test
  void a_file_that_is_not_executable_cannot_be_started() {
    Extensions extensions = Extensions.in(directory).file("notes.txt", "to do\n");
    try (Rapid rapid = Rapid.serveScripted(extensions.option())) {
      assertThat(rapid.messages()).contains("init failed").contains("notes.txt");
      assertFails(rapid.invoke("{}"), "Extension.LaunchError");
    }
  }
}
