package dev.rapid.templates.document;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads a file with one document, in JSON or YAML whatever its name (contract
 * templates-and-runtimes, sections 1.1 and 4).
 *
 * <p>A short form is the mapping that it stands for: {@code !Sub x} is {@code Fn::Sub: x}. Of equal
 * keys the last one counts. Lists and mappings are at most {@value #DEEPEST} inside each other, and
 * a document with aliases has at most {@value #MOST_NODES} values.
 */
public final class Documents {

  static final int DEEPEST = 100;
  static final int MOST_NODES = 100_000;

  private Documents() {}

  /**
   * Returns the root of a file's document.
   *
   * @param problems gets what is doubtful in it, such as a key that is there twice
   * @throws TemplateException if the file cannot be read or is neither JSON nor YAML
   */
  public static Node read(Path file, Problems problems) throws TemplateException {
    Position begin = new Position(file, 1, 1);
    try {
      return parse(file, decode(file, Files.readAllBytes(file)), problems);
    } catch (NoSuchFileException e) {
      throw new TemplateException(begin, "there is no such file");
    } catch (IOException e) {
      throw new TemplateException(
          begin, Files.isDirectory(file) ? "this is a directory, not a file" : "cannot read: " + e);
    }
  }

  /**
   * Returns the root of a file's document.
   *
   * @throws TemplateException if the file cannot be read, is neither JSON nor YAML, or is not a
   *     mapping
   */
  public static MapNode readMapping(Path file, Problems problems) throws TemplateException {
    Node root = read(file, problems);
    if (root instanceof MapNode mapping) {
      return mapping;
    }
    throw new TemplateException(
        root.position(), "this is not a mapping of sections such as 'Resources:'");
  }

  /** Returns the root of the document in {@code text}, which came from {@code file}. */
  static Node parse(Path file, String text, Problems problems) throws TemplateException {
    if (!text.stripLeading().startsWith("{") && !text.stripLeading().startsWith("[")) {
      return new YamlReader(file, problems).read(text);
    }
    Problems ofJson = new Problems();
    try {
      Node root = new JsonReader(file, ofJson).read(text);
      ofJson.warnings().forEach(problem -> problems.warn(positionOf(problem), problem.message()));
      return root;
    } catch (TemplateException notJson) {
      return readFlowYaml(file, text, problems, notJson);
    }
  }

  private static Node readFlowYaml(
      Path file, String text, Problems problems, TemplateException notJson)
      throws TemplateException {
    try {
      return new YamlReader(file, problems).read(text);
    } catch (TemplateException notYaml) {
      throw file.toString().endsWith(".json") ? notJson : notYaml;
    }
  }

  private static Position positionOf(Problem problem) {
    return new Position(problem.file(), problem.line(), problem.column());
  }

  private static String decode(Path file, byte[] bytes) throws TemplateException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
    String decoded = text.flip().toString();
    if (result.isError()) {
      throw new TemplateException(
          positionAfter(file, decoded), "this byte is not UTF-8; save the file as UTF-8");
    }
    return decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
  }

  /** Returns the position of what follows {@code before}. */
  static Position positionAfter(Path file, String before) {
    int line = (int) before.chars().filter(c -> c == '\n').count();
    return new Position(file, line + 1, before.length() - before.lastIndexOf('\n'));
  }

  /** Says that lists and mappings are inside each other too deeply. */
  static TemplateException tooDeep(Optional<Position> position, Path file) {
    return new TemplateException(
        position.orElse(new Position(file, 1, 1)),
        "more than " + DEEPEST + " lists and mappings are inside each other here");
  }
}
