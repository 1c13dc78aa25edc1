package dev.rapid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Map;

/** A shell whose streams are in memory. */
public final class Shells {

  public final ByteArrayOutputStream out = new ByteArrayOutputStream();
  public final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Shell shell;

  public Shells(Path directory, Map<String, String> environment, String stdin) {
    this.shell =
        new Shell(
            new ByteArrayInputStream(stdin.getBytes(UTF_8)),
            out,
            Log.writer(err),
            environment,
            directory);
  }

  public static Shells in(Path directory) {
    return new Shells(directory, Map.of(), "");
  }

  public Shell shell() {
    return shell;
  }

  public int run(String... args) {
    return new Program(shell).run(args);
  }

  public String out() {
    return out.toString(UTF_8);
  }

  public String err() {
    return err.toString(UTF_8);
  }
}
