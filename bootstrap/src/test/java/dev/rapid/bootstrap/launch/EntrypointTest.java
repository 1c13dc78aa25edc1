package dev.rapid.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.core.process.StartFailure;
import dev.rapid.core.process.StartFailure.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntrypointTest {

  private static final int MIPS = 8;
  private static final int AMD64 = 62;
  private static final int ARM64 = 183;

  private static final String NO_PATH = "";

  @TempDir private Path directory;

  @Test
  void a_missing_program_is_told_as_go_does() {
    assertThat(failure("/nowhere/bootstrap"))
        .isEqualTo(entrypoint("fork/exec /nowhere/bootstrap: no such file or directory"));
  }

  @Test
  void a_relative_program_is_looked_for_in_the_working_directory() throws Exception {
    Path program = script("bin/server", "#!/bin/sh\n");

    assertThat(check("./bin/server")).isEqualTo(program);
    assertThat(check("bin/server")).isEqualTo(program);
    assertThat(failure("./bin/missing"))
        .isEqualTo(
            entrypoint(
                "fork/exec " + directory.resolve("bin/missing") + ": no such file or directory"));
  }

  @Test
  void a_program_below_a_file_is_not_found_in_a_directory() throws IOException {
    Path file = script("file", "#!/bin/sh\n");

    assertThat(failure(file + "/bootstrap"))
        .isEqualTo(entrypoint("fork/exec " + file + "/bootstrap: not a directory"));
  }

  @Test
  void a_directory_is_no_program() throws IOException {
    Path program = Files.createDirectory(directory.resolve("bootstrap"));

    assertThat(failure("./bootstrap")).isEqualTo(forbidden(program));
  }

  @Test
  void a_file_that_may_not_be_executed_is_no_program() throws IOException {
    Path program = Files.writeString(directory.resolve("bootstrap"), "#!/bin/sh\n");

    assertThat(failure("./bootstrap")).isEqualTo(forbidden(program));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#!/nowhere/sh\n",
        "#! /nowhere/sh -e\n",
        // A file written on Windows: the carriage return belongs to the interpreter's name.
        "#!/bin/sh\r\n",
        "#!nowhere",
      })
  void a_script_without_its_interpreter_is_told_as_missing(String text) throws IOException {
    Path program = script("bootstrap", text);

    assertThat(failure("./bootstrap"))
        .isEqualTo(entrypoint("fork/exec " + program + ": no such file or directory"));
  }

  @Test
  void a_script_whose_interpreter_may_not_be_executed_is_refused() throws IOException {
    Path interpreter = Files.writeString(directory.resolve("interpreter"), "");
    Path program = script("bootstrap", "#!" + interpreter + "\n");

    assertThat(failure("./bootstrap")).isEqualTo(forbidden(program));
  }

  @Test
  void a_script_that_is_its_own_interpreter_is_refused() throws IOException {
    Path program = script("bootstrap", "#!" + directory.resolve("bootstrap") + "\n");

    assertThat(failure("./bootstrap"))
        .isEqualTo(entrypoint("fork/exec " + program + ": too many levels of symbolic links"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "echo hello\n", "#", "#!\n", "\ufeff#!/bin/sh\n"})
  void a_text_that_is_no_script_has_no_format(String text) throws IOException {
    Path program = script("bootstrap", text);

    assertThat(failure("./bootstrap")).isEqualTo(noFormat(program));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_program_whose_loader_is_not_installed_is_told_as_missing() throws Exception {
    int machine = ownMachine();
    Path program = elf(machine, "/nowhere/ld.so");

    assertThat(ElfHeader.read(program))
        .isEqualTo(Optional.of(new ElfHeader(machine, true, "/nowhere/ld.so")));
    assertThat(failure("./bootstrap"))
        .isEqualTo(entrypoint("fork/exec " + program + ": no such file or directory"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_binary_that_is_no_program_never_reaches_a_shell() throws Exception {
    Path program = script("bootstrap", "PK\3\4\0\0");

    assertThat(failure("./bootstrap")).isEqualTo(noFormat(program));
  }

  @ParameterizedTest
  @ValueSource(ints = {MIPS, ARM64, AMD64})
  @EnabledOnOs(OS.LINUX)
  void a_program_for_another_processor_has_no_format(int machine) throws Exception {
    Path program = elf(machine, "/nowhere/ld.so");
    assumeTrue(machine != ownMachine(), "our own processor");
    assumeFalse(
        Emulators.LOCAL.run(machine, "bootstrap", Files.readAllBytes(program)),
        "there is an emulator of that processor");

    assertThat(failure("./bootstrap")).isEqualTo(noFormat(program));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 40, 64, 100})
  @EnabledOnOs(OS.LINUX)
  void a_program_that_was_cut_off_has_no_format(int size) throws Exception {
    Path program = elf(ownMachine(), "/lib/ld.so");
    Files.write(program, Arrays.copyOf(Files.readAllBytes(program), size));

    assertThat(failure("./bootstrap")).isEqualTo(noFormat(program));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void an_object_file_has_no_format() throws Exception {
    Path program = elf(ownMachine(), "/lib/ld.so");
    byte[] object = Files.readAllBytes(program);
    object[16] = 1;
    Files.write(program, object);

    assertThat(failure("./bootstrap")).isEqualTo(noFormat(program));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_script_whose_interpreter_is_for_another_processor_has_no_format() throws Exception {
    Path interpreter = elf(MIPS, "/lib/ld.so");
    Path script = script("script", "#!" + interpreter + "\n");
    assumeFalse(
        Emulators.LOCAL.run(MIPS, "bootstrap", Files.readAllBytes(interpreter)),
        "there is an emulator of that processor");

    assertThat(failure("./script")).isEqualTo(noFormat(script));
  }

  private static int ownMachine() throws IOException {
    return ElfHeader.read(Path.of("/proc/self/exe")).map(ElfHeader::machine).orElseThrow();
  }

  @Test
  void a_bare_name_is_searched_for_in_the_path_of_the_function_before_ours() throws Exception {
    Path theirs = script("theirs/tool", "#!/bin/sh\n");
    Path ours = script("ours/tool", "#!/bin/sh\n");
    Path onlyOurs = script("ours/other", "#!/bin/sh\n");
    Map<String, String> environment = Map.of("PATH", "/nowhere:" + directory.resolve("theirs"));

    String ownPath = directory.resolve("ours").toString();
    assertThat(Entrypoint.check(spec("tool", environment), ownPath)).isEqualTo(theirs);
    assertThat(Entrypoint.check(spec("tool", Map.of()), ownPath)).isEqualTo(ours);
    assertThat(Entrypoint.check(spec("other", environment), ownPath)).isEqualTo(onlyOurs);
  }

  @Test
  void a_bare_name_that_is_nowhere_is_told_as_not_in_the_path() throws IOException {
    Files.createDirectory(directory.resolve("tool"));

    assertThat(failure("tool"))
        .isEqualTo(entrypoint("exec: \"tool\": executable file not found in $PATH"));
  }

  @Test
  void a_bad_working_directory_is_told_before_a_bad_program() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThat(failureIn(Path.of("relative")))
        .isEqualTo(workingDirectory("chdir relative: not an absolute path"));
    assertThat(failureIn(Path.of("/nowhere")))
        .isEqualTo(workingDirectory("chdir /nowhere: no such file or directory"));
    assertThat(failureIn(file)).isEqualTo(workingDirectory("chdir " + file + ": not a directory"));
  }

  private Path check(String name) throws StartRefusedException {
    return Entrypoint.check(spec(name, Map.of()), NO_PATH);
  }

  private StartFailure failure(String name) {
    return failure(spec(name, Map.of()));
  }

  private static StartFailure failureIn(Path workingDirectory) {
    return failure(new LaunchSpec(List.of("/nowhere"), workingDirectory, Map.of(), FramedLog.OFF));
  }

  private static StartFailure failure(LaunchSpec spec) {
    return catchThrowableOfType(StartRefusedException.class, () -> Entrypoint.check(spec, NO_PATH))
        .failure();
  }

  private LaunchSpec spec(String name, Map<String, String> environment) {
    return new LaunchSpec(List.of(name), directory, environment, FramedLog.OFF);
  }

  private static StartFailure entrypoint(String message) {
    return new StartFailure(Kind.INVALID_ENTRYPOINT, message);
  }

  private static StartFailure noFormat(Path program) {
    return entrypoint("fork/exec " + program + ": exec format error");
  }

  private static StartFailure forbidden(Path program) {
    return new StartFailure(Kind.PERMISSION_DENIED, "fork/exec " + program + ": permission denied");
  }

  private static StartFailure workingDirectory(String message) {
    return new StartFailure(Kind.INVALID_WORKING_DIR, message);
  }

  private Path script(String name, String text) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.resolveSibling("."));
    Files.writeString(path, text);
    assertThat(path.toFile().setExecutable(true)).isTrue();
    return path;
  }

  /** Writes a program that consists of a header and one entry, which names its loader. */
  private Path elf(int machine, String loader) throws IOException {
    byte[] name = (loader + "\0").getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(64 + 56 + name.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
    file.putShort(16, (short) 2)
        .putShort(18, (short) machine)
        .putLong(32, 64)
        .putShort(54, (short) 56);
    file.putShort(56, (short) 1);
    file.putInt(64, 3).putLong(64 + 8, 64 + 56).putLong(64 + 32, name.length);
    file.put(64 + 56, name);
    Path path = script("bootstrap", "");
    return Files.write(path, file.array());
  }
}
