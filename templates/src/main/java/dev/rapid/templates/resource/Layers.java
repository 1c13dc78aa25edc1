package dev.rapid.templates.resource;

import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problems;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.stack.Properties;
import dev.rapid.templates.stack.Resource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The layers of all stacks by their ARNs, so that each way to refer to one finds it (contract
 * templates-and-runtimes, sections 3.6, 5.2).
 */
final class Layers {

  private static final int MOST = 5;

  private final Map<String, Resource> byArn = new HashMap<>();
  private final Map<String, Path> ofUser;
  private final Map<Resource, Code> contents = new HashMap<>();
  private final Problems problems;

  /**
   * Collects layers.
   *
   * @param ofUser directories or archives that the user has for ARNs of other layers
   */
  Layers(List<Resource> layers, Map<String, Path> ofUser, Problems problems) {
    this.ofUser = ofUser;
    this.problems = problems;
    for (Resource layer : layers) {
      String arn = layer.stack().ref(layer.id());
      if (arn != null) {
        byArn.put(arn, layer);
      }
    }
  }

  /**
   * A layer of a function.
   *
   * @param reference where the function names it
   * @param content absolute, null if it is not here
   */
  record Layer(Position reference, String arn, @Nullable Path content) {}

  /** Returns the layers of a function in their order. */
  List<Layer> of(Properties function) {
    List<Layer> layers = new ArrayList<>();
    for (Node item : function.list("Layers")) {
      String arn = item instanceof ScalarNode scalar ? scalar.asText() : "";
      Resource layer = byArn.get(arn);
      if (layer != null) {
        layers.add(new Layer(item.position(), arn, content(layer)));
      } else if (ofUser.containsKey(arn)) {
        layers.add(new Layer(item.position(), arn, ofUser.get(arn)));
      } else if (arn.startsWith("arn:")) {
        problems.warn(item.position(), "layer " + arn + " is not on this machine; it is left out");
        layers.add(new Layer(item.position(), arn, null));
      } else if (!arn.isEmpty()) {
        problems.warn(item.position(), "'" + arn + "' is not a layer; it is left out");
      }
    }
    if (layers.size() > MOST) {
      function.warn("Layers", "has " + layers.size() + " items, and the cloud allows " + MOST);
    }
    return layers;
  }

  private @Nullable Path content(Resource layer) {
    return contents.computeIfAbsent(layer, CodeReader::ofLayer) instanceof Code.Local local
        ? local.path()
        : null;
  }
}
