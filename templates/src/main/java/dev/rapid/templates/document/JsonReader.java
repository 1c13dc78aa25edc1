package dev.rapid.templates.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads a document in JSON. */
final class JsonReader {

  private static final JsonFactory JSON = new JsonFactory();

  private final Path file;
  private final Problems problems;

  JsonReader(Path file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  Node read(String text) throws TemplateException {
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      Node root = value(parser, 1);
      if (parser.nextToken() != null) {
        throw new TemplateException(
            position(parser), "a second document begins here, and a template has one");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new TemplateException(
          position(e.getLocation()), "this is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Node value(JsonParser parser, int depth) throws IOException, TemplateException {
    if (depth > Documents.DEEPEST) {
      throw Documents.tooDeep(Optional.of(position(parser)), file);
    }
    Position position = position(parser);
    return switch (parser.currentToken()) {
      case START_OBJECT -> mapping(position, parser, depth);
      case START_ARRAY -> list(position, parser, depth);
      case VALUE_STRING -> ScalarNode.text(position, parser.getText());
      default -> new ScalarNode(position, parser.getText(), true);
    };
  }

  private MapNode mapping(Position position, JsonParser parser, int depth)
      throws IOException, TemplateException {
    SequencedMap<String, MapNode.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      Position keyPosition = position(parser);
      parser.nextToken();
      MapNode.Entry entry = new MapNode.Entry(keyPosition, value(parser, depth + 1));
      YamlReader.putLast(entries, key, entry, problems);
    }
    return new MapNode(position, entries);
  }

  private ListNode list(Position position, JsonParser parser, int depth)
      throws IOException, TemplateException {
    List<Node> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser, depth + 1));
    }
    return new ListNode(position, items);
  }

  private Position position(JsonParser parser) {
    return position(parser.currentTokenLocation());
  }

  private Position position(JsonLocation location) {
    return new Position(
        file, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }
}
