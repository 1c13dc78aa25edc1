package dev.rapid.bootstrap.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SessionCommandTest {

  @Test
  @EnabledOnOs(OS.LINUX)
  void setsid_makes_the_program_the_leader_of_a_session() throws Exception {
    assertLeadsSession(program("setsid").map(SessionCommand::setsid));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void perl_makes_the_program_the_leader_of_a_session() throws Exception {
    assertLeadsSession(program("perl").map(SessionCommand::perl));
  }

  @Test
  void perl_does_not_hand_a_program_without_arguments_to_a_shell() throws Exception {
    Optional<SessionCommand> perl = program("perl").map(SessionCommand::perl);
    assumeTrue(perl.isPresent(), "perl is not installed");

    Process process =
        new ProcessBuilder(perl.get().wrap(List.of("/nowhere/a b; exit 3")))
            .redirectErrorStream(true)
            .start();

    assertThat(process.waitFor()).isEqualTo(127);
  }

  @Test
  void without_a_helper_the_command_stays_as_it_is() {
    assertThat(SessionCommand.find("/nowhere")).isEqualTo(SessionCommand.NONE);
    assertThat(SessionCommand.NONE.wrap(List.of("a", "b"))).containsExactly("a", "b");
  }

  private static Optional<Path> program(String name) {
    return SearchPath.find(name, System.getenv("PATH"), Path.of("/"));
  }

  private static void assertLeadsSession(Optional<SessionCommand> session)
      throws IOException, InterruptedException {
    assumeTrue(session.isPresent(), "no program here starts sessions");

    Process process =
        new ProcessBuilder(session.get().wrap(List.of("/bin/cat", "/proc/self/stat"))).start();
    String stat = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

    assertThat(process.waitFor()).isZero();
    assertThat(stat).matches("(?s)%1$d \\(cat\\) R \\d+ %1$d %1$d .*".formatted(process.pid()));
  }
}
