package dev.rapid.azure.launch;

import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.app.AppIndex;
import dev.rapid.azure.app.InvalidAppException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which language an app is written in, if it does not say so: the script files of its functions
 * tell it, or files that only apps of one language have (contract azure-functions-worker, sections
 * 3.2, 10.2 and 10.4).
 */
final class AppLanguage {

  /** Files in the root of an app, and the language of the app. */
  private static final Map<String, String> SIGNS =
      Map.of(
          "function_app.py", "python",
          "package.json", "node",
          "pom.xml", "java",
          "profile.ps1", "powershell");

  private AppLanguage() {}

  /**
   * Returns the language of an app, null if it cannot be told.
   *
   * @param workers say which script files they run
   */
  static @Nullable String of(Path appDirectory, List<WorkerDirectories.Found> workers) {
    try {
      for (AppFunction function : new AppIndex(appDirectory).ofHost()) {
        String script = function.scriptFile().toLowerCase(Locale.ROOT);
        for (WorkerDirectories.Found worker : workers) {
          if (worker.extensions().stream()
              .map(each -> each.toLowerCase(Locale.ROOT))
              .anyMatch(script::endsWith)) {
            return worker.language();
          }
        }
      }
    } catch (InvalidAppException e) {
      return null;
    }
    return SIGNS.entrySet().stream()
        .filter(sign -> Files.isRegularFile(appDirectory.resolve(sign.getKey())))
        .map(Map.Entry::getValue)
        .sorted()
        .findFirst()
        .orElse(null);
  }
}
