package dev.rapid.azure.launch;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.AzureSettings.ArgumentStyle;
import dev.rapid.azure.AzureSettings.HttpResponse;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.WorkerStart;
import dev.rapid.azure.WorkerTimers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of workers, and what a process gets. */
final class Workers {

  static final WorkerStart START =
      new WorkerStart("127.0.0.1", 4711, "worker-1", "request-1", false);

  static final WorkerMachine LINUX = new WorkerMachine("LINUX", "X64", Path.of("/home/dev"));

  /** The root of a machine without workers. */
  static final Path EMPTY = Path.of("/no/such/root");

  private Workers() {}

  /** Collects settings; what is not set is as usual. */
  static final class Settings {
    private final Path app;
    private @Nullable Path directory;
    private List<String> command = List.of();
    private @Nullable String language;
    private @Nullable Indexing indexing;
    private ArgumentStyle style = ArgumentStyle.BOTH;
    private Map<String, String> environment = Map.of();
    private WorkerTimers timers = WorkerTimers.DEFAULT;

    Settings(Path app) {
      this.app = app;
    }

    Settings directory(Path path) {
      directory = path;
      return this;
    }

    Settings command(String... words) {
      command = List.of(words);
      return this;
    }

    Settings language(String name) {
      language = name;
      return this;
    }

    Settings indexing(Indexing by) {
      indexing = by;
      return this;
    }

    Settings style(ArgumentStyle chosen) {
      style = chosen;
      return this;
    }

    Settings environment(Map<String, String> variables) {
      environment = variables;
      return this;
    }

    Settings timers(WorkerTimers limits) {
      timers = limits;
      return this;
    }

    AzureSettings get() {
      return new AzureSettings(
          app,
          null,
          directory,
          command,
          language,
          indexing,
          style,
          environment,
          timers,
          AzureSettings.DEFAULT_HOST_VERSION,
          false,
          null,
          HttpResponse.ENVELOPE);
    }
  }
}
