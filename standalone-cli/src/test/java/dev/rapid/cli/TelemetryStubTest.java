package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.cli.config.Option;
import dev.rapid.cli.config.Settings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.ProgramSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What extensions find at the telemetry paths (contract runtime-extensions-telemetry, section 3.1).
 */
@Timeout(30)
final class TelemetryStubTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"stub, true, 202", "stub, false, 202", "on, true, 404", "on, false, 403"})
  void the_switch_for_extensions_leaves_the_stubs_alone(
      String telemetry, boolean switchedOff, int status) throws Exception {
    Settings settings =
        new Settings(Map.of(Option.TELEMETRY, List.of(telemetry)), Shells.in(directory).shell());
    ProgramSettings program = settings.programToServe(List.of("./bootstrap"));
    try (Emulator emulator =
            Emulator.start(
                switchedOff ? withoutExtensions(program) : program,
                Shells.in(directory).shell(),
                false,
                null,
                event -> {},
                true,
                false);
        HttpClient client = HttpClient.newHttpClient()) {
      for (String path : List.of("/2022-07-01/telemetry", "/2020-08-15/logs")) {
        HttpRequest request =
            HttpRequest.newBuilder(
                    URI.create(
                        "http://"
                            + emulator.variablesOfRuntime().get("AWS_LAMBDA_RUNTIME_API")
                            + path))
                .PUT(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
            .as(path)
            .isEqualTo(status);
      }
    }
  }

  private static ProgramSettings withoutExtensions(ProgramSettings all) {
    FunctionSettings function = all.functions().getFirst();
    return new ProgramSettings(
        List.of(
            function.toBuilder().sandbox(function.sandbox().withExtensionsSwitchedOff()).build()),
        all.listeners(),
        all.frontEnd(),
        all.allowedHosts(),
        all.strict());
  }
}
