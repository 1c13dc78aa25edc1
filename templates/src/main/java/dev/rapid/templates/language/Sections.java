package dev.rapid.templates.language;

import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sections of a template. */
final class Sections {

  static final String PARAMETERS = "Parameters";
  static final String MAPPINGS = "Mappings";
  static final String CONDITIONS = "Conditions";
  static final String GLOBALS = "Globals";
  static final String RESOURCES = "Resources";
  static final String OUTPUTS = "Outputs";
  static final String TRANSFORM = "Transform";

  private static final List<String> MAPPINGS_OF_NAMES =
      List.of(PARAMETERS, MAPPINGS, CONDITIONS, GLOBALS, RESOURCES, OUTPUTS);
  private static final Set<String> KNOWN =
      Set.of(
          "AWSTemplateFormatVersion",
          "Description",
          "Metadata",
          "Hooks",
          "Rules",
          TRANSFORM,
          PARAMETERS,
          MAPPINGS,
          CONDITIONS,
          GLOBALS,
          RESOURCES,
          OUTPUTS);

  private Sections() {}

  /** Returns a section, empty if it is not there or not a mapping. */
  static MapNode of(MapNode root, String section) {
    return root.get(section) instanceof MapNode mapping
        ? mapping
        : new MapNode(root.positionOf(section), new LinkedHashMap<>());
  }

  /** Reports sections that are missing, unknown or of a wrong form. */
  static void check(MapNode root, Problems problems) {
    if (isMissing(root.get(RESOURCES))) {
      problems.error(
          root.positionOf(RESOURCES), "the section 'Resources' is missing; a template has one");
    }
    for (String section : MAPPINGS_OF_NAMES) {
      Node value = root.get(section);
      if (!isMissing(value) && !(value instanceof MapNode)) {
        problems.error(
            root.positionOf(section), "the section '" + section + "' is not a mapping of names");
      }
    }
    of(root, RESOURCES)
        .entries()
        .forEach((id, entry) -> {
          if (new ScalarNode(entry.key(), id, true).asBoolean().isPresent()) {
            problems.warn(
                entry.key(),
                "the logical id '" + id + "' is a boolean in YAML 1.1; put quotes around it");
          }
        });
    for (String section : root.entries().keySet()) {
      if (!KNOWN.contains(section) && !section.startsWith("Fn::")) {
        problems.warn(
            root.positionOf(section), "templates have no section '" + section + "'; it is ignored");
      }
    }
  }

  private static boolean isMissing(@Nullable Node value) {
    return value == null || (value instanceof ScalarNode scalar && scalar.isNull());
  }
}
