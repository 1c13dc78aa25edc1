package dev.rapid.azure.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.app.AppFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where workers are found. */
class WorkerDirectoriesTest {

  @TempDir Path root;

  private final Map<String, String> environment = new HashMap<>();

  @Test
  void a_machine_without_the_tools_has_no_workers() {
    assertThat(find()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usr/lib/azure-functions-core-tools-4/workers",
        "opt/homebrew/opt/azure-functions-core-tools@4/workers",
        "home/linuxbrew/.linuxbrew/opt/azure-functions-core-tools@4/workers",
        "usr/local/lib/node_modules/azure-functions-core-tools/bin/workers",
        "home/dev/.npm-global/lib/node_modules/azure-functions-core-tools/bin/workers",
        "home/dev/.nvm/versions/node/v22.1.0/lib/node_modules/azure-functions-core-tools/bin/workers"
      })
  void the_workers_of_the_tools_are_found_where_packages_put_them(String workers) throws Exception {
    write(workers, "node");
    write(workers, "java");

    assertThat(find())
        .extracting(WorkerDirectories.Found::language)
        .containsExactly("java", "node");
    assertThat(find())
        .extracting(WorkerDirectories.Found::directory)
        .contains(root.resolve(workers).resolve("java"));
  }

  @Test
  void the_tools_in_the_path_are_stronger_than_other_places() throws Exception {
    write("usr/lib/azure-functions-core-tools-4/workers", "node");
    write("tools/workers", "node");
    new AppFolder(root).with("tools/func", "");
    Path bin = Files.createDirectory(root.resolve("bin"));
    Path unused = Files.createSymbolicLink(bin.resolve("func"), root.resolve("tools/func"));
    environment.put("PATH", "/no/such:" + bin);

    assertThat(find())
        .extracting(WorkerDirectories.Found::directory)
        .containsExactly(root.toRealPath().resolve("tools/workers/node"));
  }

  @Test
  void the_script_of_npms_package_leads_to_the_workers() throws Exception {
    String npm = "prefix/lib/node_modules/azure-functions-core-tools/";
    write(npm + "bin/workers", "python");
    new AppFolder(root).with(npm + "lib/func", "");
    environment.put("PATH", root.resolve(npm + "lib").toString());

    assertThat(find()).extracting(WorkerDirectories.Found::language).containsExactly("python");
  }

  @Test
  void a_directory_that_the_user_sets_is_the_strongest() throws Exception {
    write("usr/lib/azure-functions-core-tools-4/workers", "node");
    write("mine", "node");
    environment.put("languageWorkers__workersDirectory", root.resolve("mine").toString());

    assertThat(find())
        .extracting(WorkerDirectories.Found::directory)
        .containsExactly(root.resolve("mine/node"));
  }

  @Test
  void workers_that_cannot_be_used_are_not_found() throws Exception {
    String workers = "usr/lib/azure-functions-core-tools-4/workers/";
    new AppFolder(root)
        .with(workers + "bad/worker.config.json", "{")
        .with(workers + "none/readme", "")
        .with(
            workers + "off/worker.config.json",
            "{\"description\":{\"language\":\"off\",\"defaultExecutablePath\":\"x\",\"isDisabled\":true}}");

    assertThat(find()).isEmpty();
  }

  private List<WorkerDirectories.Found> find() {
    WorkerMachine machine = new WorkerMachine("LINUX", "X64", root.resolve("home/dev"));
    return new WorkerDirectories(environment, machine, root).find();
  }

  private void write(String workers, String language) throws IOException {
    new AppFolder(root)
        .with(
            workers + "/" + language + "/worker.config.json",
            "{\"description\":{\"language\":\""
                + language
                + "\",\"extensions\":[\".x\"],\"defaultExecutablePath\":\"x\"}}");
  }
}
