package dev.rapid.telemetry.delivery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The names that extensions use for the machine they run on (contract runtime-extensions-telemetry,
 * section 4.2.1). In the cloud they resolve, and AWS's examples listen on them. Here they resolve
 * only with an entry in the hosts file; a hint says so once.
 */
public final class SandboxHostName {

  /** The names, the usual one first. */
  public static final List<String> NAMES = List.of("sandbox.localdomain", "sandbox");

  private static final SandboxHostName LOCAL = new SandboxHostName(Path.of("/etc/hosts"));

  private final Path hosts;
  private final AtomicBoolean told = new AtomicBoolean();

  SandboxHostName(Path hosts) {
    this.hosts = hosts;
  }

  /**
   * Returns a hint for people whose extension fails, beginning with {@code "; "}; empty if the
   * names resolve, or if the hint was given before. Reads one small file.
   */
  public static String hint() {
    return LOCAL.hintOnce();
  }

  String hintOnce() {
    return isKnown() || told.getAndSet(true)
        ? ""
        : "; if it listens on sandbox.localdomain: that name does not resolve here, add"
            + " \"127.0.0.1 sandbox.localdomain sandbox\" to "
            + hosts
            + " (docker run --add-host sandbox.localdomain:127.0.0.1)";
  }

  private boolean isKnown() {
    try {
      return Files.readAllLines(hosts, StandardCharsets.ISO_8859_1).stream()
          .map(line -> line.replaceFirst("#.*", "").strip().split("\\s+"))
          .anyMatch(words -> Arrays.asList(words).indexOf(NAMES.getFirst()) > 0);
    } catch (IOException unreadable) {
      return false;
    }
  }
}
