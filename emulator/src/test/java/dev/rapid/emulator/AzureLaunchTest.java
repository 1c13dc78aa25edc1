package dev.rapid.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.WorkerContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AzureLaunchTest {

  @TempDir Path app;

  private AzureLaunch launch() {
    AzureSettings settings =
        new AzureSettings(
            app,
            null,
            null,
            List.of("worker"),
            "go",
            null,
            AzureSettings.ArgumentStyle.BOTH,
            Map.of(),
            WorkerTimers.DEFAULT,
            AzureSettings.DEFAULT_HOST_VERSION,
            false,
            null,
            AzureSettings.HttpResponse.ENVELOPE);
    FunctionSettings function =
        FunctionSettings.builder(List.of("worker"), app)
            .contract(WorkerContract.AZURE_FUNCTIONS)
            .azure(settings)
            .build();
    return AzureLaunch.of(function, settings, Map.of());
  }

  private void writeLocalSettings(String text) throws IOException {
    Files.writeString(app.resolve("local.settings.json"), text);
  }

  @Test
  void a_worker_has_the_values_that_the_app_has_when_it_starts() throws IOException {
    writeLocalSettings("{\"Values\": {\"A\": \"before\", \"B\": \"before\"}}");
    AzureLaunch launch = launch();
    writeLocalSettings("{\"Values\": {\"A\": \"after\"}}");

    assertThat(launch.environment(Map.of())).containsEntry("A", "after").doesNotContainKey("B");
  }

  @Test
  void values_that_cannot_be_read_any_more_stay_as_they_were() throws IOException {
    writeLocalSettings("{\"Values\": {\"A\": \"before\"}}");
    AzureLaunch launch = launch();
    writeLocalSettings("{\"Values\": {\"A\": \"af");

    assertThat(launch.environment(Map.of())).containsEntry("A", "before");
  }
}
