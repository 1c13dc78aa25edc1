package dev.rapid.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class EmulatorsTest {

  private static final int MIPS = 8;

  private static final String QEMU =
      """
      enabled
      interpreter /usr/bin/qemu-aarch64
      flags: F
      offset 0
      magic 7f454c460201010000000000000000000200b700
      mask ffffffffffffff00fffffffffffffffffeffffff
      """;

  private static final byte[] ARM_PROGRAM =
      HexFormat.of().parseHex("7f454c460201010300000000000000000300b70001000000");

  @TempDir private Path proc;

  private Emulators emulators;

  @BeforeEach
  void useOwnRegistry() {
    emulators = new Emulators(proc);
  }

  @Test
  void a_file_is_known_by_its_first_bytes_as_far_as_the_mask_goes() throws IOException {
    register("qemu-aarch64", QEMU);
    byte[] other = ARM_PROGRAM.clone();
    other[18] = 0x3e;

    assertThat(emulators.run(183, "bootstrap", ARM_PROGRAM)).isTrue();
    assertThat(emulators.run(62, "bootstrap", other)).isFalse();
    assertThat(emulators.knows("bootstrap", new byte[] {0x7f})).isFalse();
  }

  @Test
  void a_file_is_known_by_its_extension() throws IOException {
    register("java", "enabled\ninterpreter /usr/bin/jexec\nflags: \nextension .jar\n");

    assertThat(emulators.knows("/var/task/app.jar", new byte[0])).isTrue();
    assertThat(emulators.knows("/var/task/app", new byte[0])).isFalse();
  }

  @Test
  void an_emulator_that_is_switched_off_knows_nothing() throws IOException {
    register("qemu-aarch64", QEMU.replace("enabled", "disabled"));

    assertThat(emulators.run(183, "bootstrap", ARM_PROGRAM)).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void where_the_registry_cannot_be_seen_a_program_for_that_processor_is_tried()
      throws IOException {
    Files.writeString(proc.resolve("filesystems"), "nodev\tbinfmt_misc\n");
    int own = ElfHeader.read(Path.of("/proc/self/exe")).map(ElfHeader::machine).orElseThrow();

    assertThat(emulators.run(own, "bootstrap", new byte[0])).isTrue();
    assertThat(emulators.run(MIPS, "bootstrap", new byte[0])).isFalse();
  }

  @Test
  void where_linux_has_no_registry_there_is_no_emulator() throws IOException {
    Files.writeString(proc.resolve("filesystems"), "\text4\n");

    assertThat(emulators.run(62, "bootstrap", new byte[0])).isFalse();
  }

  private void register(String name, String entry) throws IOException {
    Path registry = Files.createDirectories(proc.resolve("sys/fs/binfmt_misc"));
    Files.writeString(registry.resolve("status"), "enabled\n");
    Files.writeString(registry.resolve(name), entry, StandardCharsets.ISO_8859_1);
  }
}
