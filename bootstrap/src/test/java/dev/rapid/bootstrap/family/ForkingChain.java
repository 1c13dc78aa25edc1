package dev.rapid.bootstrap.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.bootstrap.command.SearchPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Processes that start the next one every 5 ms and exit, each with a session of its own and without
 * environment. All of them hold a named pipe open for writing, whose reader ends with the last.
 */
public record ForkingChain(Path pipe, Path perl, Process reader) {

  private static final String LINK =
      "use POSIX; $| = 1; print \"link $$\\n\"; open STDOUT, \">/dev/null\"; "
          + "while (1) { select undef, undef, undef, 0.005; exit if fork; POSIX::setsid }";

  public static ForkingChain in(Path directory) throws IOException, InterruptedException {
    Path perl = SearchPath.find("perl", System.getenv("PATH"), directory).orElse(null);
    assumeTrue(perl != null, "no perl to fork with");
    Path pipe = directory.resolve("chain");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return new ForkingChain(pipe, perl, new ProcessBuilder("cat", pipe.toString()).start());
  }

  /** Returns a script that starts the chain, which prints {@code link} with a number, and stays. */
  public String script() {
    return "env -i '%s' -e '%s' 4>'%s' 2>/dev/null & exec sleep 1000".formatted(perl, LINK, pipe);
  }

  /** Returns when no process of the chain is left. */
  public void awaitEnd() throws InterruptedException {
    assertThat(reader.waitFor(20, TimeUnit.SECONDS)).as("the end of the chain").isTrue();
  }
}
