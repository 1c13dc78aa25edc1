package dev.rapid.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtensionsDirectoryTest {

  private static final Logger LOGGER = Logger.getLogger(ExtensionsDirectory.class.getName());

  @TempDir private Path root;

  private final RecordingHandler log = new RecordingHandler();

  @BeforeEach
  void listenToTheLog() {
    LOGGER.setUseParentHandlers(false);
    LOGGER.addHandler(log);
  }

  @AfterEach
  void leaveTheLog() {
    LOGGER.removeHandler(log);
    LOGGER.setUseParentHandlers(true);
  }

  @Test
  void extensions_are_in_the_order_of_the_bytes_of_their_names() throws IOException {
    // U+1F600 is behind U+FF5E in UTF-8, and before it in UTF-16.
    for (String name : List.of("b", "a.sh", "B", "10", "9", "\uff5e", "\ud83d\ude00", "a")) {
      Files.createFile(root.resolve(name));
    }

    assertThat(names(root))
        .containsExactly("10", "9", "B", "a", "a.sh", "b", "\uff5e", "\ud83d\ude00");
  }

  @Test
  void everything_but_a_directory_is_an_extension() throws IOException {
    Path directory = Files.createDirectory(root.resolve("directory"));
    Files.createFile(directory.resolve("nested"));
    Files.createSymbolicLink(root.resolve("link-to-directory"), directory);
    Files.createSymbolicLink(root.resolve("link-to-nothing"), root.resolve("absent"));
    Files.createFile(root.resolve(".hidden"));
    Files.createFile(root.resolve("not-executable"));

    assertThat(names(root))
        .containsExactly(".hidden", "link-to-directory", "link-to-nothing", "not-executable");
  }

  @Test
  void what_was_installed_meanwhile_is_found() throws IOException {
    ExtensionsDirectory extensions = new ExtensionsDirectory(root);
    assertThat(extensions.names()).isEmpty();

    Files.createFile(root.resolve("late"));

    assertThat(extensions.names()).containsExactly("late");
  }

  @Test
  void without_a_directory_there_are_no_extensions() throws IOException {
    Path file = Files.createFile(root.resolve("file"));

    assertThat(names(root.resolve("absent"))).isEmpty();
    assertThat(names(file)).isEmpty();
    assertThat(names(file.resolve("extensions"))).isEmpty();
    assertThat(log.records).isEmpty();
  }

  @Test
  void a_directory_that_cannot_be_read_is_logged_and_has_no_extensions() throws IOException {
    // Permissions do not stop everybody, a link to itself does.
    Path loop = root.resolve("loop");
    Files.createSymbolicLink(loop, loop);

    assertThat(names(loop)).isEmpty();
    assertThat(log.records)
        .singleElement()
        .satisfies(record -> {
          assertThat(record.getLevel()).isEqualTo(Level.SEVERE);
          assertThat(record.getMessage()).contains(loop.toString());
        });
  }

  @Test
  void an_extension_is_launched_by_its_absolute_path_without_arguments() {
    Map<String, String> environment = Map.of("STAGE", "dev");

    assertThat(new ExtensionsDirectory(root).launchSpec("logger.sh", Path.of("/"), environment))
        .isEqualTo(
            new LaunchSpec(
                List.of(root.resolve("logger.sh").toString()),
                Path.of("/"),
                environment,
                FramedLog.OFF));
    assertThat(
            new ExtensionsDirectory(Path.of("extensions"))
                .launchSpec("logger.sh", Path.of("/"), environment)
                .command())
        .containsExactly(Path.of("extensions/logger.sh").toAbsolutePath().toString());
  }

  @Test
  void a_file_switches_extensions_off() throws IOException {
    assertThat(ExtensionsDirectory.isSwitchedOff(root)).isFalse();

    Files.createDirectory(root.resolve("opt"));
    Files.createFile(root.resolve("opt/disable-extensions-jwigqn8j"));

    assertThat(ExtensionsDirectory.isSwitchedOff(root)).isTrue();
  }

  private static List<String> names(Path directory) {
    return new ExtensionsDirectory(directory).names();
  }

  private static final class RecordingHandler extends Handler {

    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord record) {
      records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
