package dev.rapid.cli.config;

import dev.rapid.cli.config.value.JsonText;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.cli.config.value.Value;
import dev.rapid.emulator.settings.Checks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A configuration file in YAML 1.2: one mapping of options to values. The key {@link
 * ConfigFile#FUNCTIONS} has a mapping of names to mappings of the options of a function.
 *
 * <p>A value is its literal text, so that {@code account-id: 012345678901} keeps its zero and
 * {@code telemetry: on} is not a boolean. An option that may be given several times may have a
 * list; {@code env} may have a list or a mapping. A mapping {@code async} has the options whose
 * names begin so. An option whose value is JSON may have the same structure in YAML. {@link
 * Substitution} replaces variables in values.
 *
 * <p>Only this class and {@link YamlValues} know SnakeYAML Engine: a start without a file loads
 * neither (decision 0013).
 */
final class YamlFile {

  private static final Set<Tag> SCALARS =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.ENV_TAG);

  private final String name;
  private final ProcessContext context;
  private final Places places;
  private final List<FunctionEntry> functions = new ArrayList<>();

  private YamlFile(String name, ProcessContext context, Places places) {
    this.name = name;
    this.context = context;
    this.places = places;
  }

  /** Says where people find what is at a place of the text. */
  @FunctionalInterface
  interface Places {

    /**
     * Returns the place for messages: {@code FILE:LINE:COLUMN}.
     *
     * @param line from 1
     * @param column from 1
     */
    String of(int line, int column);
  }

  /**
   * Returns what the file has.
   *
   * @param context the file's directory, and the variables that it may use
   * @throws UsageException if something in it is wrong
   */
  static ConfigFile parse(String name, String text, ProcessContext context) {
    return parse(name, text, context, (line, column) -> name + ":" + line + ":" + column);
  }

  /**
   * Returns what a text has that was made from another file.
   *
   * @param name the other file
   * @param context where relative paths start, and the variables that the text may use
   * @param places where the lines of the text come from
   * @throws UsageException if something in it is wrong
   */
  static ConfigFile parse(String name, String text, ProcessContext context, Places places) {
    YamlFile file = new YamlFile(name, context, places);
    Node root = file.compose(text);
    Map<Option<?>, List<RawValue>> values =
        root == null || isEmpty(root) ? Map.of() : file.readOptions(root);
    return new ConfigFile(name, values, file.functions);
  }

  /** Returns the root of the only document, null if there is none. */
  private @Nullable Node compose(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setSchema(new CoreSchema())
            .setAllowNonScalarKeys(true)
            .build();
    try {
      Iterator<Node> documents = new Compose(settings).composeAllFromString(text).iterator();
      Node root = documents.hasNext() ? documents.next() : null;
      if (documents.hasNext()) {
        throw wrong(documents.next(), "a second document begins, and a file has one");
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      throw syntaxFault(e);
    } catch (ReaderException e) {
      throw new UsageException(
          place(text, e.getPosition()) + ": there is a character that YAML does not allow");
    } catch (YamlEngineException e) {
      throw new UsageException(name + ": " + e.getMessage());
    } catch (StackOverflowError e) {
      throw new UsageException(name + ": too many lists or mappings are inside each other");
    }
  }

  private UsageException syntaxFault(MarkedYamlEngineException e) {
    String problem = e.getProblem() == null ? "this is not YAML" : e.getProblem();
    String context = e.getContext() == null ? "" : e.getContext();
    Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
    String text = place(mark) + ": " + problem + (context.isBlank() ? "" : ", " + context);
    boolean tab = problem.contains("TAB");
    boolean quotesHelp =
        problem.contains("cannot start any token") || problem.contains("values are not allowed");
    return new UsageException(
        text, quotesHelp && !tab ? "Put quotes around a value with such characters." : null);
  }

  private Map<Option<?>, List<RawValue>> readOptions(Node root) {
    if (!(root instanceof MappingNode options)) {
      throw wrong(root, "this is not a list of options, 'name: value'");
    }
    Mapping mapping = new Mapping();
    for (Map.Entry<String, Node> entry : entries(options).entrySet()) {
      String key = entry.getKey();
      if (key.equals(ConfigFile.FUNCTIONS)) {
        readFunctions(entry.getValue());
      } else {
        mapping.read(options, key, entry.getValue(), ConfigFile::option);
      }
    }
    return mapping.values;
  }

  private void readFunctions(Node node) {
    if (!(node instanceof MappingNode mapping) || mapping.getValue().isEmpty()) {
      throw wrong(
          node, "'" + ConfigFile.FUNCTIONS + "' takes functions, each with a name as its key");
    }
    for (Map.Entry<String, Node> entry : entries(mapping).entrySet()) {
      String function = entry.getKey();
      try {
        Checks.functionName(function);
      } catch (IllegalArgumentException e) {
        throw wrong(keyNode(mapping, function), "'" + function + "' " + e.getMessage());
      }
      functions.add(
          new FunctionEntry(
              function, context.directory(), readFunction(function, entry.getValue())));
    }
  }

  private Map<Option<?>, List<RawValue>> readFunction(String function, Node node) {
    if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL)) {
      return Map.of();
    }
    if (!(node instanceof MappingNode options)) {
      throw wrong(node, "function '" + function + "' takes options, 'name: value'");
    }
    Mapping mapping = new Mapping();
    entries(options)
        .forEach((key, value) -> mapping.read(options, key, value, ConfigFile::functionOption));
    return mapping.values;
  }

  /** The options of one mapping. */
  private final class Mapping {

    private final Map<Option<?>, List<RawValue>> values = new HashMap<>();
    private final Set<String> variables = new HashSet<>();

    /**
     * Reads one key.
     *
     * @param in the mapping that has it
     * @param options finds the option of a key at a place
     */
    void read(
        MappingNode in, String key, Node value, BiFunction<String, String, Option<?>> options) {
      String variable = ConfigFile.variableOf(key);
      if (variable != null) {
        addVariable(key, variable, value);
      } else if (key.equals(AsyncOptions.GROUP)) {
        readAsync(value, options);
      } else {
        add(options.apply(key, place(keyNode(in, key))), value);
      }
    }

    private void readAsync(Node node, BiFunction<String, String, Option<?>> options) {
      if (!(node instanceof MappingNode group)) {
        throw wrong(node, "'" + AsyncOptions.GROUP + "' takes options, 'name: value'");
      }
      entries(group)
          .forEach((name, value) -> {
            String place = place(keyNode(group, name));
            add(options.apply(AsyncOptions.PREFIX + name, place), value);
          });
    }

    private void add(Option<?> option, Node value) {
      String key = option.key();
      if (option != Options.ENV && values.containsKey(option)) {
        // It may be given with and without the mapping 'async'.
        throw wrong(value, "'" + key + "' is there twice");
      }
      List<RawValue> added = values.computeIfAbsent(option, first -> new ArrayList<>());
      switch (value) {
        case Node structure when option.isStructure() ->
            added.add(new RawValue("", origin(key, structure), valueOf(structure)));
        case ScalarNode scalar -> added.addAll(split(option, scalar));
        case SequenceNode list when option.isRepeatable() -> {
          for (Node item : list.getValue()) {
            added.add(new RawValue(text(key, item), origin(key, item)));
          }
        }
        case MappingNode mapping when option == Options.ENV ->
            entries(mapping).forEach((name, node) -> addVariable(key + "." + name, name, node));
        case MappingNode mapping when option.isNamed() ->
            entries(mapping)
                .forEach((name, node) ->
                    added.add(
                        new RawValue(name + "=" + textOrWords(name, node), origin(key, node))));
        case Node structure when option.isJson() ->
            added.add(new RawValue(JsonText.of(valueOf(structure)), origin(key, structure)));
        default ->
            throw wrong(
                value,
                "'"
                    + key
                    + (option.isRepeatable() ? "' takes values" : "' takes one value")
                    + (value instanceof MappingNode ? ", not a mapping" : ", not a list"));
      }
    }

    private void addVariable(String key, String variable, Node value) {
      if (variable.isEmpty() || variable.indexOf('=') >= 0) {
        throw wrong(value, "'" + variable + "' is not a name of a variable");
      }
      if (!variables.add(variable)) {
        // It may be given below env and as a key env.NAME.
        throw wrong(value, "'" + key + "' is there twice");
      }
      values
          .computeIfAbsent(Options.ENV, first -> new ArrayList<>())
          .add(new RawValue(variable + "=" + text(key, value), origin(key, value)));
    }
  }

  private List<RawValue> split(Option<?> option, ScalarNode scalar) {
    String key = option.key();
    try {
      return option.split(text(key, scalar), origin(key, scalar));
    } catch (IllegalArgumentException e) {
      throw wrong(scalar, "'" + key + "' " + e.getMessage());
    }
  }

  private Value valueOf(Node structure) {
    return new YamlValues(this::substituted, this::place, this::wrong).of(structure);
  }

  /** Returns a text, or one whose words are the items of a list. */
  private String textOrWords(String key, Node node) {
    return node instanceof SequenceNode list
        ? Words.join(list.getValue().stream().map(item -> text(key, item)).toList())
        : text(key, node);
  }

  /** Returns keys and values, in their order. */
  private Map<String, Node> entries(MappingNode mapping) {
    Map<String, Node> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw wrong(tuple.getKeyNode(), "a name is text, not a list or a mapping");
      }
      if (entries.put(key.getValue(), tuple.getValueNode()) != null) {
        throw wrong(key, "'" + key.getValue() + "' is there twice");
      }
    }
    return entries;
  }

  private static Node keyNode(MappingNode mapping, String key) {
    return mapping.getValue().stream()
        .map(NodeTuple::getKeyNode)
        .filter(node -> node instanceof ScalarNode scalar && scalar.getValue().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private String text(String key, Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      throw wrong(node, "'" + key + "' takes text here, not a list or a mapping");
    }
    if (!SCALARS.contains(scalar.getTag())) {
      throw wrong(node, "the tag " + scalar.getTag().getValue() + " has no meaning here");
    }
    if (scalar.getTag().equals(Tag.NULL) && !scalar.getValue().isEmpty()) {
      throw wrong(node, "'" + key + "' has no value; leave it out, or put quotes around the word");
    }
    return substituted(scalar);
  }

  /** Returns the text of a value with its variables replaced. */
  private String substituted(ScalarNode scalar) {
    try {
      return Substitution.in(scalar.getValue(), context.environment());
    } catch (IllegalArgumentException e) {
      throw wrong(scalar, String.valueOf(e.getMessage()));
    }
  }

  private static boolean isEmpty(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.getTag().equals(Tag.NULL)
        && scalar.getValue().isEmpty();
  }

  private Origin origin(String key, Node node) {
    return Origin.file(key, place(node), context.directory());
  }

  private UsageException wrong(Node node, String what) {
    return new UsageException(place(node) + ": " + what);
  }

  private String place(Node node) {
    return place(node.getStartMark());
  }

  /** Marks begin at 0, lines and columns for people at 1. */
  private String place(Optional<Mark> mark) {
    return mark.map(at -> places.of(at.getLine() + 1, at.getColumn() + 1)).orElse(name);
  }

  /** Returns the place of the character at {@code position}, which has no mark. */
  private String place(String text, int position) {
    String before = text.substring(0, text.offsetByCodePoints(0, position));
    int line = (int) before.chars().filter(c -> c == '\n').count();
    return places.of(line + 1, before.length() - before.lastIndexOf('\n'));
  }
}
