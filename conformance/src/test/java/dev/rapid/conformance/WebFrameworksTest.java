package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Web frameworks behind the HTTP front door, as a person with a browser sees them. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class WebFrameworksTest {

  private static ClientProject browser;

  @TempDir Path directory;

  @BeforeAll
  static void installTheBrowser() {
    browser =
        ClientProject.of("browser", "node", "npm")
            .install(
                "npm",
                "install",
                "--silent",
                "--no-fund",
                "--no-audit",
                "@sparticuz/chromium@147",
                "puppeteer-core@24")
            .install("node", "visit.mjs");
  }

  private static ClientProject python() {
    return ClientProject.of("web-python", "python3")
        .install(
            "python3",
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--target",
            ".",
            "mangum",
            "starlette",
            "python-multipart");
  }

  private static ClientProject node() {
    return ClientProject.of("web-node", "node", "npm")
        .install("npm", "install", "--silent", "--no-fund", "--no-audit", "hono@4");
  }

  @ParameterizedTest
  @CsvSource({"python,http", "python,rest", "node,http", "node,rest"})
  void a_site_has_pages_cookies_images_forms_and_redirects(String language, String api)
      throws IOException {
    ClientProject site = language.equals("python") ? python() : node();
    Path file = directory.resolve("rapid.yaml");
    Files.writeString(
        file,
        """
        api-address: 127.0.0.1:0
        functions:
          site:
            runtime: RUNTIME
            code: "CODE"
            handler: app.handler
            timeout: 30
        apis:
          web:
            type: API
            binary-media-types: ["*/*"]
            routes:
              - {route: "ANY /", function: site}
              - {route: "ANY /{proxy+}", function: site}
        """
            .replace("RUNTIME", language.equals("python") ? "python3.13" : "nodejs22.x")
            .replace("CODE", site.path("."))
            .replace("API", api));

    try (Rapid rapid = Rapid.serve("--config=" + file)) {
      Command.Result visit =
          Command.of("node", browser.path("visit.mjs"), rapid.apiUrl() + "/", "Zoë & Co").run();

      assertThat(visit.exit()).as("%s%n%s", visit.err(), rapid.output()).isZero();
      assertThat(visit.out())
          .contains("\"status\":200", "\"pixelWidth\":1", "\"cookies\":\"theme visits\"")
          .containsIgnoringCase("\"title\":\"" + language + " site\"")
          .contains("\"visits\":\"2\"", "\"greeting\":\"Hello, Zoë & Co!\"")
          .contains("\"redirectStatus\":302", "\"redirectedTo\":\"/?from=old%20page\"");
    }
  }
}
