package dev.rapid.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapLocatorTest {

  private static final Path HERE = Path.of("/home/developer");

  @TempDir private Path root;

  @Test
  void without_arguments_the_first_place_with_a_file_wins() throws IOException {
    file("opt/bootstrap");
    file("var/runtime/bootstrap");

    BootstrapLocator.Choice choice = choose();

    assertThat(choice.command()).containsExactly(root.resolve("opt/bootstrap").toString());
    assertThat(choice.workingDirectory()).isEqualTo(root.resolve("var/task"));
    assertThat(choice.handler()).isNull();
  }

  @Test
  void a_directory_called_bootstrap_is_passed_over() throws IOException {
    Files.createDirectories(root.resolve("var/task/bootstrap"));
    file("var/runtime/bootstrap");

    assertThat(choose().command())
        .containsExactly(root.resolve("var/runtime/bootstrap").toString());
  }

  @Test
  void without_any_bootstrap_the_first_place_is_left_to_fail() {
    assertThat(choose().command()).containsExactly(root.resolve("var/task/bootstrap").toString());
  }

  @Test
  void a_single_argument_is_a_command_in_the_current_directory() {
    assertThat(choose("./server"))
        .isEqualTo(new BootstrapLocator.Choice(List.of("./server"), HERE, null));
  }

  @Test
  void the_last_of_several_arguments_is_the_handler_and_stays_an_argument() {
    assertThat(choose("python3", "-m", "awslambdaric", "app.handler"))
        .isEqualTo(
            new BootstrapLocator.Choice(
                List.of("python3", "-m", "awslambdaric", "app.handler"), HERE, "app.handler"));
  }

  @Test
  void an_empty_last_argument_names_no_handler() {
    assertThat(choose("server", "").handler()).isNull();
  }

  private BootstrapLocator.Choice choose(String... arguments) {
    return new BootstrapLocator(root).choose(List.of(arguments), HERE);
  }

  private void file(String name) throws IOException {
    Path path = root.resolve(name);
    Files.createDirectories(root.resolve(name.substring(0, name.lastIndexOf('/'))));
    Files.writeString(path, "");
  }
}
