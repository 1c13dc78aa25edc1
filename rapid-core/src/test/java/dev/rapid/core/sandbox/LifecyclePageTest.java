package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.extension.Extension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The diagrams of {@code docs/lifecycle.md}, drawn from what the machine does with every event in
 * every state, so that they cannot be wrong.
 */
final class LifecyclePageTest {

  private static final Path PAGE = Path.of("..", "docs", "lifecycle.md");
  private static final String UPDATE_PROPERTY = "lifecycle.update";
  private static final String UPDATE_COMMAND =
      "mvn -q -pl rapid-core -am test -Dtest=LifecyclePageTest -D" + UPDATE_PROPERTY + "=true";

  /** More than this many events on one arrow would hide the picture. */
  private static final int LONGEST_LABEL = 4;

  @Test
  void the_diagrams_show_what_the_machine_does() throws IOException {
    String page = Files.readString(PAGE);
    String expected = page;
    for (Map.Entry<String, String> diagram : diagrams().entrySet()) {
      expected = withDiagram(expected, diagram.getKey(), diagram.getValue());
    }

    if (Boolean.getBoolean(UPDATE_PROPERTY)) {
      Files.writeString(PAGE, expected);
      page = expected;
    }

    assertThat(page.lines())
        .as("docs/lifecycle.md differs from the machine; if that is wanted: " + UPDATE_COMMAND)
        .containsExactlyElementsOf(expected.lines().toList());
  }

  @Test
  void every_phase_has_an_arrow() {
    String phases = diagrams().get("phases");

    for (Class<?> phase : Phase.class.getPermittedSubclasses()) {
      assertThat(phases).contains(phase.getSimpleName());
    }
  }

  private static String withDiagram(String page, String name, String diagram) {
    String begin = "<!-- " + name + ": generated -->\n";
    String end = "<!-- " + name + ": end -->\n";
    int from = page.indexOf(begin);
    int to = page.indexOf(end);
    assertThat(from).as("the mark of the diagram " + name).isNotNegative();
    assertThat(to).as("the end of the diagram " + name).isGreaterThan(from);
    return page.substring(0, from + begin.length())
        + "```mermaid\nstateDiagram-v2\n"
        + diagram
        + "```\n"
        + page.substring(to);
  }

  private static Map<String, String> diagrams() {
    Arrows phases = new Arrows();
    Arrows invocation = new Arrows();
    Arrows runtime = new Arrows();
    Arrows extension = new Arrows();
    for (Scenario scenario : SandboxStates.all()) {
      // A runtime that the user starts takes short cuts that nobody needs to see here.
      if (!scenario.config().owner().seesProcess()) {
        continue;
      }
      for (SandboxEvent event : SandboxStates.eventsFor(scenario.state())) {
        SandboxState before = scenario.state();
        SandboxState after = SandboxStates.answer(scenario, event).next();
        String name = SandboxMatrix.columnOf(event).replace("TimerFired ", "");
        phases.add(nameOf(before.phase()), nameOf(after.phase()), name);
        if (before.generation() == after.generation() && !(after.phase() instanceof Phase.Cold)) {
          runtime.add(before.worker().name(), after.worker().name(), name);
        }
        if (before.running().size() == 1) {
          String was = before.running().getFirst().status().name();
          String is =
              after.running().isEmpty() ? "[*]" : after.running().getFirst().status().name();
          invocation.add(was, is, name);
        } else if (after.running().size() == 1) {
          invocation.add("[*]", after.running().getFirst().status().name(), name);
        }
        if (before.extensions().size() == 1 && after.extensions().size() == 1) {
          Extension was = before.extensions().getFirst();
          Extension is = after.extensions().getFirst();
          extension.add(was.state().name(), is.state().name(), name);
        }
      }
    }
    return Map.of(
        "phases",
        "  [*] --> Cold\n" + phases + "  Terminated --> [*]\n",
        "invocation",
        invocation.toString(),
        "runtime",
        "  [*] --> STARTED\n" + runtime,
        "extension",
        "  [*] --> STARTED\n" + extension);
  }

  private static String nameOf(Phase phase) {
    return phase.getClass().getSimpleName();
  }

  /** Which events lead from where to where. */
  private static final class Arrows {

    private final Map<String, Set<String>> events = new TreeMap<>();

    void add(String from, String to, String event) {
      if (!from.equals(to)) {
        events.computeIfAbsent(from + " --> " + to, arrow -> new TreeSet<>()).add(event);
      }
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      events.forEach((arrow, names) -> {
        List<String> shown = new ArrayList<>(names);
        boolean cut = shown.size() > LONGEST_LABEL;
        if (cut) {
          shown = shown.subList(0, LONGEST_LABEL - 1);
        }
        text.append("  ")
            .append(arrow)
            .append(" : ")
            .append(String.join(", ", shown))
            .append(cut ? ", ..." : "")
            .append('\n');
      });
      return text.toString();
    }
  }
}
