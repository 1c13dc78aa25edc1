package dev.rapid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What texts of the repository refer to: sections of the contracts, decisions, files. Finds those
 * that do not exist.
 */
final class References {

  private static final Path CONTRACTS = Path.of("docs", "contracts");
  private static final Path DECISIONS = Path.of("docs", "decisions");

  private static final String LIST_OF_DECISIONS = "README.md";

  private static final Set<String> GENERATED = Set.of("target", ".git", "node_modules");
  private static final Set<String> SCANNED = Set.of("java", "md", "py", "c", "h", "mjs", "sh");

  private static final Pattern HEADING = Pattern.compile("(?m)^#{2,4} (\\d+(?:\\.\\d+)*)[. ]");
  private static final Pattern LINE_OF_A_COMMENT =
      Pattern.compile("\\R[ \\t]*(?:\\*|//|#)?[ \\t]*");
  private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```");

  private static final String NUMBERS =
      "\\d+(?:\\.\\d+)*(?:(?:, and |, | and | to )\\d+(?:\\.\\d+)*\\b)*";
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)*");
  private static final Pattern OF_A_CONTRACT =
      Pattern.compile("[Cc]ontract ([a-z][a-z0-9-]*), sections? (" + NUMBERS + ")");
  private static final Pattern WITHOUT_A_PAGE =
      Pattern.compile("(?:contract,? \\(?|[(;] ?)sections? " + NUMBERS);
  private static final Pattern DEVIATION =
      Pattern.compile("(?m)^\\| ([a-z0-9-]+), (" + NUMBERS + ") \\|");
  private static final Pattern OF_A_DECISION =
      Pattern.compile("\\b[Dd]ecisions?[ /](\\d{4})(-[a-z0-9-]+\\.md)?");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s#]+)(?:#[^)]*)?\\)");

  private final Path root;
  private final Map<String, Set<String>> sections;
  private final Set<String> decisions;

  /** Reads the contracts and the names of the decisions of the repository in {@code root}. */
  References(Path root) {
    this.root = root;
    this.sections = new HashMap<>();
    for (Path page : list(root.resolve(CONTRACTS), ".md")) {
      sections.put(
          page.getFileName().toString().replaceFirst("\\.md$", ""),
          HEADING.matcher(read(page)).results().map(m -> m.group(1)).collect(Collectors.toSet()));
    }
    this.decisions =
        list(root.resolve(DECISIONS), ".md").stream()
            .map(page -> page.getFileName().toString())
            .collect(Collectors.toCollection(HashSet::new));
  }

  /** Returns all sources and documents, without what a build makes. */
  List<Path> texts() {
    return walk(path -> {
      String name = path.getFileName().toString();
      return SCANNED.contains(name.substring(name.lastIndexOf('.') + 1));
    });
  }

  /** Returns all documents. */
  List<Path> documents() {
    return walk(path -> path.getFileName().toString().endsWith(".md"));
  }

  /** Returns whether {@code file} is a contract, where a section without a page is its own. */
  static boolean isContract(Path file) {
    return file.resolveSibling("").endsWith(CONTRACTS);
  }

  /** Returns the citations in {@code file} of sections that do not exist, or that name no page. */
  List<String> wrongSections(Path file) {
    return isContract(file) ? unknownSections(read(file)) : wrongSections(read(file));
  }

  /** Returns the citations in {@code text} of sections that do not exist, or that name no page. */
  List<String> wrongSections(String text) {
    List<String> wrong = unknownSections(text);
    WITHOUT_A_PAGE
        .matcher(oneLine(text))
        .results()
        .forEach(citation -> wrong.add("which page? " + citation.group()));
    return wrong;
  }

  private List<String> unknownSections(String text) {
    List<String> wrong = new ArrayList<>(unknownSections(DEVIATION, text));
    wrong.addAll(unknownSections(OF_A_CONTRACT, oneLine(text)));
    return wrong;
  }

  private List<String> unknownSections(Pattern form, String text) {
    List<String> wrong = new ArrayList<>();
    form.matcher(text)
        .results()
        .forEach(citation -> {
          Set<String> page = sections.get(citation.group(1));
          if (page == null) {
            wrong.add("no such page: " + citation.group());
          } else if (!page.containsAll(numbers(citation.group(2)))) {
            wrong.add("no such section: " + citation.group());
          }
        });
    return wrong;
  }

  /** Returns the sections of its own page that {@code text}, a contract, names in vain. */
  List<String> wrongSectionsOfItself(String page, String text) {
    Pattern own = Pattern.compile("(?<![a-z0-9-]\\)?, )\\b[Ss]ections? (" + NUMBERS + ")");
    return own.matcher(FENCE.matcher(text).replaceAll("").replaceAll("\\R", " "))
        .results()
        .filter(citation ->
            !sections.getOrDefault(page, Set.of()).containsAll(numbers(citation.group(1))))
        .map(citation -> "no such section: " + citation.group())
        .toList();
  }

  /** Returns the decisions that {@code text} names and that do not exist. */
  List<String> wrongDecisions(String text) {
    return OF_A_DECISION
        .matcher(LINE_OF_A_COMMENT.matcher(text).replaceAll(" "))
        .results()
        .filter(named ->
            decisions.stream()
                .noneMatch(page ->
                    named.group(2) == null
                        ? page.startsWith(named.group(1) + "-")
                        : page.equals(named.group(1) + named.group(2))))
        .map(named -> "no such decision: " + named.group())
        .toList();
  }

  /** Returns the decisions that the list of decisions leaves out, or whose number is taken. */
  List<String> wrongListOfDecisions() {
    Path list = root.resolve(DECISIONS).resolve(LIST_OF_DECISIONS);
    Set<String> listed =
        LINK.matcher(read(list)).results().map(m -> m.group(1)).collect(Collectors.toSet());
    Set<String> numbers = new HashSet<>();
    return decisions.stream()
        .filter(page -> !page.equals(LIST_OF_DECISIONS))
        .sorted()
        .filter(page -> !listed.contains(page) || !numbers.add(page.substring(0, 4)))
        .toList();
  }

  /** Returns the links of {@code document} to files that do not exist. */
  List<String> wrongLinks(Path document) {
    return LINK.matcher(FENCE.matcher(read(document)).replaceAll(""))
        .results()
        .map(link -> link.group(1))
        .filter(target -> !target.contains(":"))
        .filter(target -> !Files.exists(document.resolveSibling(target)))
        .map(target -> "no such file: " + target)
        .toList();
  }

  static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String oneLine(String text) {
    return LINE_OF_A_COMMENT.matcher(text).replaceAll(" ");
  }

  private static List<String> numbers(String list) {
    return NUMBER.matcher(list).results().map(m -> m.group()).toList();
  }

  private static List<Path> list(Path directory, String suffix) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> walk(Predicate<Path> wanted) {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file ->
              Stream.iterate(root.relativize(file), parent -> parent != null, Path::getParent)
                  .noneMatch(parent -> GENERATED.contains(parent.getFileName().toString())))
          .filter(wanted)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
