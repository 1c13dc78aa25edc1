package dev.rapid.templates.document;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** Reads a document in YAML. */
final class YamlReader {

  /** Tags of types that are YAML's own; the types of values are decided by their texts. */
  private static final String STANDARD_TAGS = "tag:yaml.org,2002:";

  private static final Tag BINARY = new Tag(STANDARD_TAGS + "binary");
  private static final String MERGE_KEY = "<<";

  private final Path file;
  private final Problems problems;

  /** The collections around the one that is being read. */
  private final Set<Object> path = Collections.newSetFromMap(new IdentityHashMap<>());

  private int nodes;

  YamlReader(Path file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  Node read(String text) throws TemplateException {
    return node(compose(text));
  }

  private org.snakeyaml.engine.v2.nodes.Node compose(String text) throws TemplateException {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new FailsafeSchema())
            .setAllowNonScalarKeys(true)
            .setMaxAliasesForCollections(Integer.MAX_VALUE)
            .setCodePointLimit(Integer.MAX_VALUE)
            .build();
    try {
      Iterator<org.snakeyaml.engine.v2.nodes.Node> documents =
          new Compose(settings).composeAllFromString(text).iterator();
      if (!documents.hasNext()) {
        throw new TemplateException(new Position(file, 1, 1), "the file is empty");
      }
      org.snakeyaml.engine.v2.nodes.Node root = documents.next();
      if (documents.hasNext()) {
        throw new TemplateException(
            position(documents.next()), "a second document begins here, and a template has one");
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      throw new TemplateException(position(YamlFaults.mark(e)), YamlFaults.describe(e));
    } catch (ReaderException e) {
      throw new TemplateException(
          Documents.positionAfter(
              file, text.substring(0, text.offsetByCodePoints(0, e.getPosition()))),
          "YAML does not allow the character U+%04X".formatted(e.getCodePoint()));
    } catch (YamlEngineException e) {
      throw new TemplateException(new Position(file, 1, 1), "this is not YAML: " + e.getMessage());
    } catch (StackOverflowError e) {
      throw Documents.tooDeep(Optional.empty(), file);
    }
  }

  private Node node(org.snakeyaml.engine.v2.nodes.Node node) throws TemplateException {
    Position position = position(node);
    if (++nodes > Documents.MOST_NODES) {
      throw new TemplateException(
          position,
          "the document has more than "
              + Documents.MOST_NODES
              + " values; do aliases repeat each"
              + " other?");
    }
    if (node instanceof org.snakeyaml.engine.v2.nodes.ScalarNode scalar) {
      return tagged(scalar.getTag(), scalar(position, scalar));
    }
    if (!path.add(node)) {
      throw new TemplateException(position, "this value contains an alias of itself");
    }
    if (path.size() > Documents.DEEPEST) {
      throw Documents.tooDeep(Optional.of(position), file);
    }
    Node read =
        node instanceof MappingNode mapping
            ? mapping(position, mapping)
            : list(position, (SequenceNode) node);
    path.remove(node);
    return tagged(node.getTag(), read);
  }

  private ScalarNode scalar(Position position, org.snakeyaml.engine.v2.nodes.ScalarNode scalar) {
    Tag tag = scalar.getTag();
    if (tag.equals(BINARY)) {
      problems.warn(position, "CloudFormation has no binary values; this one is used as text");
    }
    boolean plain =
        scalar.getScalarStyle() == ScalarStyle.PLAIN
            && (tag.equals(Tag.STR) || tag.equals(Tag.NULL) || isTypeOfScalar(tag));
    if (plain && PlainScalars.isOctal(scalar.getValue())) {
      problems.warn(
          position,
          "'"
              + scalar.getValue()
              + "' without quotes is an octal number in YAML 1.1; it is kept as text, but a"
              + " property that takes a number gets the octal one. Put quotes around it");
    }
    return new ScalarNode(position, scalar.getValue(), plain);
  }

  private static boolean isTypeOfScalar(Tag tag) {
    return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) || tag.equals(Tag.BOOL);
  }

  private ListNode list(Position position, SequenceNode list) throws TemplateException {
    List<Node> items = new ArrayList<>();
    for (org.snakeyaml.engine.v2.nodes.Node item : list.getValue()) {
      items.add(node(item));
    }
    return new ListNode(position, items);
  }

  private MapNode mapping(Position position, MappingNode mapping) throws TemplateException {
    SequencedMap<String, MapNode.Entry> entries = new LinkedHashMap<>();
    List<MapNode> merged = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = key(tuple.getKeyNode());
      Position keyPosition = position(tuple.getKeyNode());
      Node value = node(tuple.getValueNode());
      if (key.equals(MERGE_KEY)) {
        addMerged(merged, keyPosition, value);
      } else {
        putLast(entries, key, new MapNode.Entry(keyPosition, value), problems);
      }
    }
    for (MapNode other : merged) {
      other.entries().forEach(entries::putIfAbsent);
    }
    return new MapNode(position, entries);
  }

  private static void addMerged(List<MapNode> merged, Position key, Node value)
      throws TemplateException {
    List<Node> values = value instanceof ListNode list ? list.items() : List.of(value);
    for (Node each : values) {
      if (!(each instanceof MapNode mapping)) {
        throw new TemplateException(
            key, "the merge key '<<' takes the alias of a mapping, or a list of them");
      }
      merged.add(mapping);
    }
  }

  private String key(org.snakeyaml.engine.v2.nodes.Node key) throws TemplateException {
    if (key instanceof org.snakeyaml.engine.v2.nodes.ScalarNode scalar) {
      return scalar.getValue();
    }
    throw new TemplateException(
        position(key),
        "a key is text, not a list or a mapping; put quotes around a key with braces or brackets");
  }

  /** Puts an entry. Of equal keys the last one counts, in the place of the first one. */
  static void putLast(
      SequencedMap<String, MapNode.Entry> entries,
      String key,
      MapNode.Entry entry,
      Problems problems) {
    MapNode.Entry earlier = entries.put(key, entry);
    if (earlier != null) {
      problems.warn(
          entry.key(),
          "the key '"
              + key
              + "' is in line "
              + earlier.key().line()
              + " already; this one, in line "
              + entry.key().line()
              + ", is used");
    }
  }

  /**
   * Returns the value, or the function that a tag makes of it (contract templates-and-runtimes,
   * section 4.4).
   */
  private Node tagged(Tag tag, Node value) {
    String name = tag.getValue();
    if (name.startsWith(STANDARD_TAGS)) {
      return value;
    }
    Position position = value.position();
    if (!name.startsWith("!")) {
      problems.warn(position, "the tag '" + name + "' has no meaning in a template; it is ignored");
      return value;
    }
    return switch (name) {
      case "!Ref", "!Condition" -> MapNode.of(position, name.substring(1), value);
      case "!GetAtt" -> MapNode.of(position, "Fn::GetAtt", attribute(value));
      default -> MapNode.of(position, "Fn::" + name.substring(1), value);
    };
  }

  /** Returns {@code [A, B.C]} for the text {@code A.B.C}. */
  private static Node attribute(Node value) {
    if (!(value instanceof ScalarNode scalar) || scalar.text().indexOf('.') < 0) {
      return value;
    }
    int dot = scalar.text().indexOf('.');
    return new ListNode(
        scalar.position(),
        List.of(
            ScalarNode.text(scalar.position(), scalar.text().substring(0, dot)),
            ScalarNode.text(scalar.position(), scalar.text().substring(dot + 1))));
  }

  private Position position(org.snakeyaml.engine.v2.nodes.Node node) {
    return position(node.getStartMark());
  }

  /** Marks begin at 0. */
  private Position position(Optional<Mark> mark) {
    return mark.map(at -> new Position(file, at.getLine() + 1, at.getColumn() + 1))
        .orElse(new Position(file, 1, 1));
  }
}
