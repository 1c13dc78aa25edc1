package dev.rapid.bootstrap.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Programs that Linux runs for files of formats that are not its own, for example QEMU for those of
 * another processor ({@code binfmt_misc}).
 *
 * @param proc where the file system with the registry of emulators is mounted
 */
record Emulators(Path proc) {

  static final Emulators LOCAL = new Emulators(Path.of("/proc"));

  private static final int AMD64 = 62;
  private static final int ARM64 = 183;

  /** What the programs below exit with. */
  private static final int STATUS = 42;

  /** The machine code of {@code exit(42)}. */
  private static final Map<Integer, byte[]> EXIT =
      Map.of(
          AMD64, HexFormat.of().parseHex("b83c000000bf2a0000000f05"),
          ARM64, HexFormat.of().parseHex("a80b80d2400580d2010000d4"));

  private static final int LOAD_ADDRESS = 0x400000;
  private static final int PAGE = 0x10000;
  private static final long PATIENCE_SECONDS = 5;

  /**
   * Returns whether an emulator is registered for a file.
   *
   * @param name the name of the file, whose extension may count
   * @param start the first 128 bytes of the file at least, or all of it
   */
  boolean knows(String name, byte[] start) {
    Path registry = proc.resolve("sys/fs/binfmt_misc");
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(registry)) {
      for (Path entry : entries) {
        if (matches(Files.readString(entry, StandardCharsets.ISO_8859_1), name, start)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException unreadable) {
      // As if nothing were registered.
    }
    return false;
  }

  private static boolean matches(String entry, String name, byte[] start) {
    if (!entry.startsWith("enabled\ninterpreter ")) {
      return false;
    }
    Map<String, String> fields = new HashMap<>();
    entry
        .lines()
        .forEach(line -> {
          int space = line.indexOf(' ');
          fields.put(line.substring(0, Math.max(space, 0)), line.substring(space + 1));
        });
    String extension = fields.get("extension");
    if (extension != null) {
      return name.endsWith(extension);
    }
    int offset = Integer.parseInt(fields.getOrDefault("offset", "0"));
    byte[] magic = HexFormat.of().parseHex(fields.getOrDefault("magic", ""));
    byte[] mask = HexFormat.of().parseHex(fields.getOrDefault("mask", ""));
    boolean matches = magic.length > 0 && offset + magic.length <= start.length;
    for (int i = 0; matches && i < magic.length; i++) {
      int compared = i < mask.length ? mask[i] : 0xff;
      matches = ((start[offset + i] ^ magic[i]) & compared) == 0;
    }
    return matches;
  }

  /**
   * Returns whether programs for a processor run here. Where the registry cannot be seen, as in
   * most containers, a small program is tried.
   *
   * @param machine the processor, a number of the ELF specification
   * @param name the name of a program for it
   * @param start the first bytes of that program
   */
  boolean run(int machine, String name, byte[] start) {
    if (Files.exists(proc.resolve("sys/fs/binfmt_misc/status"), LinkOption.NOFOLLOW_LINKS)) {
      return knows(name, start);
    }
    byte[] code = EXIT.get(machine);
    return isAvailable() && code != null && exits(program(machine, code));
  }

  private boolean isAvailable() {
    try {
      return Files.readString(proc.resolve("filesystems")).contains("binfmt_misc");
    } catch (IOException unreadable) {
      return true;
    }
  }

  /** Returns an ELF program that is loaded as a whole and consists of {@code code}. */
  private static byte[] program(int machine, byte[] code) {
    int start = ElfHeader.HEADER_BYTES + ElfHeader.ENTRY_BYTES;
    int size = start + code.length;
    return ByteBuffer.allocate(size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(HexFormat.of().parseHex("7f454c46020101"))
        .position(16)
        .putShort((short) 2)
        .putShort((short) machine)
        .putInt(1)
        .putLong(LOAD_ADDRESS + start)
        .putLong(ElfHeader.HEADER_BYTES)
        .putLong(0)
        .putInt(0)
        .putShort((short) ElfHeader.HEADER_BYTES)
        .putShort((short) ElfHeader.ENTRY_BYTES)
        .putShort((short) 1)
        .position(ElfHeader.HEADER_BYTES)
        .putInt(1)
        .putInt(5)
        .putLong(0)
        .putLong(LOAD_ADDRESS)
        .putLong(LOAD_ADDRESS)
        .putLong(size)
        .putLong(size)
        .putLong(PAGE)
        .put(code)
        .array();
  }

  private static boolean exits(byte[] program) {
    Path file = null;
    Process process = null;
    try {
      file =
          Files.createTempFile(
              "rapid-",
              ".elf",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.write(file, program);
      process =
          new ProcessBuilder(file.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == STATUS;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      if (file != null) {
        boolean unused = file.toFile().delete();
      }
    }
  }
}
