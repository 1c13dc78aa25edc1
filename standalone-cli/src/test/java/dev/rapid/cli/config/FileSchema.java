package dev.rapid.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schema of the YAML file, made from the table of options. It is draft 07, which the YAML
 * plugins of all editors know.
 *
 * <p>The reader takes the text of a scalar, so that a number may have quotes and an account id need
 * not; and a text may have variables, <code>${NAME}</code>.
 */
final class FileSchema {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String VARIABLE = "\\$\\{";
  private static final String ENV_KEY = "^env\\.[^=]+$";

  private FileSchema() {}

  /** Returns the schema as indented text. */
  static String text() {
    DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
    lines.indentArraysWith(new DefaultPrettyPrinter.FixedSpaceIndenter());
    lines.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    try {
      return new ObjectMapper().writer(lines).writeValueAsString(schema()) + "\n";
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectNode schema() {
    ObjectNode schema =
        JSON.objectNode()
            .put("$schema", "http://json-schema.org/draft-07/schema#")
            .put("title", "The configuration file of Rapid")
            .put(
                "description",
                "Options of rapid serve --config FILE. A function in 'functions' counts more than"
                    + " the top of the file.");
    schema.putArray("type").add("object").add("null");
    ObjectNode properties = schema.putObject("properties");
    properties.set(ConfigFile.FUNCTIONS, functions());
    Options.ofFiles().forEach(option -> properties.set(option.key(), reference(option)));
    properties.set(AsyncOptions.GROUP, async(Options.ofFiles()));
    closed(schema);
    ObjectNode definitions = schema.putObject("definitions");
    definitions.set("function", function());
    Options.ofFiles().forEach(option -> definitions.set(option.key(), definition(option)));
    ApiSchema.addTo(definitions);
    return schema;
  }

  private static ObjectNode functions() {
    ObjectNode functions =
        JSON.objectNode()
            .put("description", "The functions: a name and the options of each.")
            .put("type", "object")
            .put("minProperties", 1)
            .put("additionalProperties", false);
    functions
        .putObject("patternProperties")
        .set(
            String.valueOf(Options.FUNCTION_NAME.pattern()),
            JSON.objectNode().put("$ref", "#/definitions/function"));
    return functions;
  }

  private static ObjectNode function() {
    ObjectNode function =
        JSON.objectNode()
            .put("description", "A function; without a command, the user starts its runtime.");
    function.putArray("type").add("object").add("null");
    ObjectNode properties = function.putObject("properties");
    for (Option<?> option : Options.ofFunctions()) {
      // Two of these may have the key of another option of the program.
      properties.set(
          option.key(), option.isOnlyInFunctions() ? definition(option) : reference(option));
    }
    properties.set(AsyncOptions.GROUP, async(Options.ofFunctions()));
    return closed(function);
  }

  /** The options of asynchronous invocations, without what their names have in common. */
  private static ObjectNode async(List<Option<?>> options) {
    ObjectNode group =
        JSON.objectNode()
            .put("description", "Asynchronous invocations: the options async-*.")
            .put("type", "object")
            .put("additionalProperties", false);
    ObjectNode properties = group.putObject("properties");
    for (Option<?> option : options) {
      if (option.key().startsWith(AsyncOptions.PREFIX)) {
        properties.set(option.key().substring(AsyncOptions.PREFIX.length()), reference(option));
      }
    }
    return group;
  }

  /** No other keys, except variables of the function's environment. */
  private static ObjectNode closed(ObjectNode schema) {
    schema.putObject("patternProperties").set(ENV_KEY, scalar(null));
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode reference(Option<?> option) {
    return JSON.objectNode().put("$ref", "#/definitions/" + option.key());
  }

  private static ObjectNode definition(Option<?> option) {
    ObjectNode schema = JSON.objectNode().put("description", option.help());
    String otherwise = option.defaultValue();
    if (otherwise != null && option.functionVariables().isEmpty()) {
      schema.put("default", otherwise);
    }
    if (option == Options.ENV) {
      return variables(schema);
    }
    if (option.isNamed()) {
      return named(schema);
    }
    if (option.isStructure()) {
      return structure(option, schema);
    }
    if (option.isJson()) {
      return json(option, schema);
    }
    if (option.isRepeatable()) {
      ArrayNode forms = schema.putArray("anyOf");
      forms.add(JSON.objectNode().put("type", "array").set("items", one(option)));
      forms.add(option.isList() ? commas(option) : scalar(null));
      return schema;
    }
    schema.setAll(one(option));
    return schema;
  }

  /** One value of an option. */
  private static ObjectNode one(Option<?> option) {
    if (option.isSwitch()) {
      return either(JSON.objectNode().put("type", "boolean"), anyCase(List.of("true", "false")));
    }
    if (!option.words().isEmpty()) {
      ObjectNode words = JSON.objectNode();
      ArrayNode values = words.putArray("enum");
      option.words().forEach(values::add);
      return either(words, anyCase(option.words()));
    }
    Option.Range range = option.range();
    if (range != null) {
      return either(
          JSON.objectNode()
              .put("type", range.fractions() ? "number" : "integer")
              .put("minimum", range.least())
              .put("maximum", range.most()),
          range.fractions() ? "[0-9]+(\\.[0-9]+)?" : "[0-9]+");
    }
    return scalar(option.pattern());
  }

  /** A value, or a text that says the same or has a variable. */
  static ObjectNode either(ObjectNode value, String text) {
    ObjectNode schema = JSON.objectNode();
    schema
        .putArray("anyOf")
        .add(value)
        .add(
            JSON.objectNode().put("type", "string").put("pattern", "^(" + text + ")$|" + VARIABLE));
    return schema;
  }

  /** Any scalar: what is not a string is its text. */
  static ObjectNode scalar(@Nullable String pattern) {
    ObjectNode schema = JSON.objectNode();
    schema.putArray("type").add("string").add("number").add("boolean");
    return pattern == null ? schema : schema.put("pattern", pattern + "|" + VARIABLE);
  }

  private static ObjectNode commas(Option<?> option) {
    if (option.words().isEmpty()) {
      return scalar(null);
    }
    String word = "(" + anyCase(option.words()) + ")";
    return scalar("^ *" + word + " *(, *" + word + " *)*$");
  }

  static String anyCase(List<String> words) {
    return words.stream().map(FileSchema::anyCase).collect(Collectors.joining("|"));
  }

  private static String anyCase(String word) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      pattern.append(
          Character.isLetter(c)
              ? "[" + Character.toString(c).toUpperCase(Locale.ROOT) + c + "]"
              : Character.toString(c));
    }
    return pattern.toString();
  }

  private static ObjectNode variables(ObjectNode schema) {
    ArrayNode forms = schema.putArray("anyOf");
    ObjectNode mapping = JSON.objectNode().put("type", "object").put("additionalProperties", false);
    mapping.putObject("patternProperties").set("^[^=]+$", scalar(null));
    forms.add(mapping);
    ObjectNode list = JSON.objectNode().put("type", "array");
    list.putObject("items").put("type", "string").put("pattern", "^[^=]+=|" + VARIABLE);
    forms.add(list);
    forms.add(
        JSON.objectNode()
            .put("type", "string")
            .put("pattern", "^(\\s*[^=\\n]+=[^\\n]*(\\n|$))*$|" + VARIABLE));
    return schema;
  }

  /** Texts by name; what takes words may have them as a list. */
  private static ObjectNode named(ObjectNode schema) {
    ArrayNode forms = schema.putArray("anyOf");
    ObjectNode mapping = JSON.objectNode().put("type", "object").put("additionalProperties", false);
    ArrayNode value = JSON.arrayNode().add(scalar(null));
    value.add(JSON.objectNode().put("type", "array").set("items", scalar(null)));
    mapping.putObject("patternProperties").set("^[^=]+$", JSON.objectNode().set("anyOf", value));
    forms.add(mapping);
    ObjectNode list = JSON.objectNode().put("type", "array");
    list.putObject("items").put("type", "string").put("pattern", "^[^=]+=|" + VARIABLE);
    forms.add(list);
    forms.add(JSON.objectNode().put("type", "string").put("pattern", "^[^=]+=|" + VARIABLE));
    return schema;
  }

  private static ObjectNode structure(Option<?> option, ObjectNode schema) {
    if (option == ApiOptions.APIS) {
      schema.put("type", "object").set("additionalProperties", ApiSchema.reference());
      return schema;
    }
    if (option == ManagedOptions.DETAILS) {
      return schema.put("type", "object");
    }
    if (option == ManagedOptions.VERSIONS) {
      schema.put("type", "array").set("items", VersionSchema.version());
      return schema;
    }
    if (option == ManagedOptions.ALIASES) {
      schema.put("type", "object").set("additionalProperties", VersionSchema.alias());
      return schema;
    }
    if (option == FnOptions.FN_RUNNER) {
      FnSchema.runner(schema);
      return schema;
    }
    if (option == FnOptions.FN) {
      FnSchema.function(schema);
      return schema;
    }
    if (option == AzureOptions.AZURE) {
      AzureSchema.app(schema);
      return schema;
    }
    if (option == KapacitorOptions.KAPACITOR) {
      KapacitorSchema.agent(schema);
      return schema;
    }
    if (option == KapacitorOptions.UDF) {
      KapacitorSchema.exposure(schema);
      return schema;
    }
    throw new AssertionError("The structure of " + option.key() + " has no schema");
  }

  private static ObjectNode json(Option<?> option, ObjectNode schema) {
    if (option == Options.EVENT) {
      return schema;
    }
    ObjectNode texts = JSON.objectNode().put("type", "array");
    texts.putObject("items").put("type", "string");
    ObjectNode cors = JSON.objectNode().put("type", "object").put("additionalProperties", false);
    ObjectNode members = cors.putObject("properties");
    for (String name : List.of("AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders")) {
      members.set(name, texts.deepCopy());
    }
    ObjectNode age =
        JSON.objectNode().put("type", "integer").put("minimum", 0).put("maximum", 86_400);
    ObjectNode variable = JSON.objectNode().put("type", "string").put("pattern", VARIABLE);
    members.putObject("MaxAge").putArray("anyOf").add(age).add(variable);
    members
        .putObject("AllowCredentials")
        .putArray("anyOf")
        .add(JSON.objectNode().put("type", "boolean"))
        .add(variable.deepCopy());
    ObjectNode text =
        JSON.objectNode().put("type", "string").put("pattern", "^\\s*\\{|" + VARIABLE);
    schema.putArray("anyOf").add(cors).add(text);
    return schema;
  }
}
