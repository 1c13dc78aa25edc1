package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests of {@code examples/cluster}: a cluster would take them, and Rapid too. */
final class KubernetesTest {

  private static final Path MANIFEST =
      Command.ROOT.resolve("examples/cluster/kubernetes/rapid.yaml");

  private static final String MOUNTED = "/etc/rapid/rapid.yaml";

  @TempDir Path directory;

  private String python;

  /** The package has the schemas that Kubernetes has published, one set for each version. */
  @BeforeEach
  void needs() {
    python = PythonPackage.install("kubernetes-validate==1.37.0", "kubernetes_validate");
  }

  private Command.Result validate(Path manifest, String version) {
    return Command.of(
            python, "-m", "kubernetes_validate", "--strict", "-k", version, manifest.toString())
        .run();
  }

  private JsonNode resource(String kind) throws Exception {
    Command.Result result =
        Command.of(
                python,
                "-c",
                "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))")
            .input(Files.readString(MANIFEST))
            .run();
    for (JsonNode each : new ObjectMapper().readTree(result.out())) {
      if (each.at("/kind").asText().equals(kind)) {
        return each;
      }
    }
    throw new AssertionError("no " + kind + " in " + MANIFEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.29", "1.37"})
  void manifests_follow_the_schemas_of_kubernetes(String version) {
    Command.Result result = validate(MANIFEST, version);

    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    for (String kind :
        List.of("deployment", "service", "poddisruptionbudget", "horizontalpodautoscaler")) {
      assertThat(result.out() + result.err()).contains("passed for resource " + kind + "/rapid");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "minReplicas: 2 -> minReplica: 2",
        "periodSeconds: 1 -> periodSeconds: often",
        "averageValue: \"100\" -> averageValues: \"100\"",
        "    matchLabels: -> matchLabel:",
      })
  void a_mistake_in_a_manifest_would_be_found(String mistake) throws Exception {
    String[] texts = mistake.split(" -> ", 2);
    String manifest = Files.readString(MANIFEST);
    assertThat(manifest).contains(texts[0]);
    Path wrong = directory.resolve("wrong.yaml");
    Files.writeString(wrong, manifest.replace(texts[0], texts[1]));

    assertThat(validate(wrong, "1.37").exit()).isNotZero();
  }

  @Test
  void all_resources_mean_the_pods_of_the_deployment() throws Exception {
    JsonNode deployment = resource("Deployment");
    JsonNode labels = deployment.at("/spec/template/metadata/labels");
    assertThat(labels).isNotEmpty();

    assertThat(deployment.at("/spec/selector/matchLabels")).isEqualTo(labels);
    assertThat(resource("Service").at("/spec/selector")).isEqualTo(labels);
    assertThat(resource("PodDisruptionBudget").at("/spec/selector/matchLabels")).isEqualTo(labels);
    JsonNode target = resource("HorizontalPodAutoscaler").at("/spec/scaleTargetRef");
    for (String member : List.of("/apiVersion", "/kind")) {
      assertThat(target.at(member)).isEqualTo(deployment.at(member));
    }
    assertThat(target.at("/name")).isEqualTo(deployment.at("/metadata/name"));
  }

  @Test
  void a_pod_has_the_time_that_its_end_may_take() throws Exception {
    JsonNode pod = resource("Deployment").at("/spec/template/spec");
    int drainDelay = Integer.parseInt(variable(pod, "RAPID_DRAIN_DELAY"));
    int timeout =
        resource("ConfigMap")
            .at("/data/rapid.yaml")
            .asText()
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("timeout: "))
            .mapToInt(line -> Integer.parseInt(line.substring("timeout: ".length())))
            .max()
            .orElseThrow();

    assertThat(pod.at("/terminationGracePeriodSeconds").asInt())
        .isGreaterThan(drainDelay + timeout);
  }

  @Test
  void the_configuration_is_where_the_arguments_say() throws Exception {
    JsonNode pod = resource("Deployment").at("/spec/template/spec");
    JsonNode mount = pod.at("/containers/0/volumeMounts/0");
    JsonNode volume = pod.at("/volumes/0");

    assertThat(volume.at("/name")).isEqualTo(mount.at("/name"));
    assertThat(volume.at("/configMap/name")).isEqualTo(resource("ConfigMap").at("/metadata/name"));
    assertThat(Path.of(MOUNTED).getParent()).hasToString(mount.at("/mountPath").asText());
    assertThat(pod.at("/containers/0/args").toString()).contains(MOUNTED);
  }

  /** All but the address, the folder of the code and the path of the file is as in the manifest. */
  @Test
  void rapid_serves_with_the_options_probes_and_metrics_of_the_manifest() throws Exception {
    JsonNode container = resource("Deployment").at("/spec/template/spec/containers/0");
    String functions =
        resource("ConfigMap")
            .at("/data/rapid.yaml")
            .asText()
            .replace("/var/task", Command.ROOT.resolve("examples/python").toString());
    Path file = directory.resolve("rapid.yaml");
    Files.writeString(file, functions);
    List<String> words = new ArrayList<>(List.of("env"));
    for (JsonNode variable : container.at("/env")) {
      words.add(variable.at("/name").asText() + "=" + variable.at("/value").asText("a password"));
    }
    words.add(Rapid.launcher("rapid"));
    container.at("/args").forEach(arg -> words.add(arg.asText().replace(MOUNTED, file.toString())));
    words.add("--listen=127.0.0.1:0");
    assertThat(words).contains(file.toString());
    try (Rapid rapid = Rapid.startServing(new ProcessBuilder(words))) {
      rapid.awaitReady();
      for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
        String path = container.at("/" + probe + "/httpGet/path").asText();
        assertThat(rapid.get(path)).as(path).isEqualTo(200);
      }
      String metrics = Http.get(rapid.url().resolve("/metrics")).text();
      assertThat(metrics)
          .contains(
              resource("HorizontalPodAutoscaler")
                  .at("/spec/metrics/0/external/metric/name")
                  .asText());
    }
  }

  private static String variable(JsonNode pod, String name) {
    for (JsonNode each : pod.at("/containers/0/env")) {
      if (each.at("/name").asText().equals(name)) {
        return each.at("/value").asText();
      }
    }
    throw new AssertionError("no variable " + name);
  }
}
