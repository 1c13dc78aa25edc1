package dev.rapid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Map;

/** A shell whose streams are in memory. */
final class Shells {

  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Shell shell;

  Shells(Path directory, Map<String, String> environment, String stdin) {
    this.shell =
        new Shell(
            new ByteArrayInputStream(stdin.getBytes(UTF_8)),
            out,
            Log.writer(err),
            environment,
            directory);
  }

  static Shells in(Path directory) {
    return new Shells(directory, Map.of(), "");
  }

  Shell shell() {
    return shell;
  }

  int run(String... args) {
    return new Program(shell).run(args);
  }

  String out() {
    return out.toString(UTF_8);
  }

  String err() {
    return err.toString(UTF_8);
  }
}
