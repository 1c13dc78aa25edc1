package dev.rapid.emulator;

import static io.restassured.RestAssured.given;

import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.emulator.settings.TelemetryMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
  @CsvSource({"STUB, true, 202", "STUB, false, 202", "ON, true, 404", "ON, false, 403"})
  void the_switch_for_extensions_leaves_the_stubs_alone(
      TelemetryMode telemetry, boolean switchedOff, int status) throws Exception {
    SandboxOptions sandbox =
        new SandboxOptions(
            null,
            directory,
            switchedOff,
            false,
            SandboxConfig.DEFAULT_RESTORE_TIMEOUT,
            Duration.ZERO,
            telemetry);
    FunctionSettings function =
        FunctionSettings.builder(List.of("./bootstrap"), directory).sandbox(sandbox).build();
    try (Rapid rapid = Rapid.builder().function(function).lazyInit(true).start()) {
      String api =
          rapid.function(function.name()).variablesOfRuntime().get("AWS_LAMBDA_RUNTIME_API");
      for (String path : List.of("/2022-07-01/telemetry", "/2020-08-15/logs")) {
        given().body("{}").put("http://" + api + path).then().statusCode(status);
      }
    }
  }
}
