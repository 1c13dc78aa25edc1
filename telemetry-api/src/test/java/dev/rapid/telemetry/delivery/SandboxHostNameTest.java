package dev.rapid.telemetry.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxHostNameTest {

  @TempDir private Path directory;

  @Test
  void a_name_that_does_not_resolve_is_told_once_with_the_line_that_mends_it() throws IOException {
    SandboxHostName name =
        new SandboxHostName(hosts("127.0.0.1 localhost # sandbox.localdomain\n"));

    assertThat(name.hintOnce()).contains("\"127.0.0.1 sandbox.localdomain sandbox\" to");
    assertThat(name.hintOnce()).isEmpty();
  }

  @Test
  void a_name_that_resolves_needs_no_hint() throws IOException {
    assertThat(new SandboxHostName(hosts("127.0.0.1\tsandbox  sandbox.localdomain\n")).hintOnce())
        .isEmpty();
  }

  @Test
  void without_a_hosts_file_no_name_resolves() {
    assertThat(new SandboxHostName(directory.resolve("absent")).hintOnce()).isNotEmpty();
  }

  private Path hosts(String text) throws IOException {
    return Files.writeString(directory.resolve("hosts"), text);
  }
}
