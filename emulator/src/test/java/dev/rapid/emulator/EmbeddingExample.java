package dev.rapid.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rapid.emulator.settings.FunctionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The example of the README, which is compared with it. */
final class EmbeddingExample {

  private EmbeddingExample() {}

  /** Returns what the function answers. */
  static String run(List<String> command, Path directory) throws IOException {
    // README: begin
    FunctionSettings greeter =
        FunctionSettings.builder(command, directory)
            .name("greeter")
            .variables(Map.of("GREETING", "Hello"))
            .timeout(Duration.ofSeconds(10))
            .build();
    try (Rapid rapid = Rapid.builder().function(greeter).listen("127.0.0.1", 0).start()) {
      InvokeResult result = rapid.invoke("greeter", "{\"name\":\"Ada\"}".getBytes(UTF_8)).join();
      return result.status() + " " + result.payloadAsString();
    }
    // README: end
  }
}
