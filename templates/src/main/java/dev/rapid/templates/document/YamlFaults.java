package dev.rapid.templates.document;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Words and places for syntax errors: usual mistakes in templates, and what to do about them. */
final class YamlFaults {

  private YamlFaults() {}

  /** Returns where the fault is: a quote that has no end is where it begins. */
  static Optional<Mark> mark(MarkedYamlEngineException fault) {
    return isOpenQuote(fault)
        ? fault.getContextMark().or(fault::getProblemMark)
        : fault.getProblemMark().or(fault::getContextMark);
  }

  static String describe(MarkedYamlEngineException fault) {
    String problem = text(fault.getProblem());
    String context = text(fault.getContext());
    if (problem.contains("TAB")) {
      return "a tab is not allowed here; indent with blanks";
    }
    if (problem.contains("cannot start any token")) {
      return problem.replaceFirst("found (character '.+?') that.*", "the $1 cannot begin a text")
          + "; put quotes around it";
    }
    if (problem.contains("found '<tag>'")) {
      return "a value has one tag; write one of the functions in its long form, such as"
          + " !Base64 {\"Fn::Sub\": text}";
    }
    if (isOpenQuote(fault)) {
      return "this quote has no end";
    }
    if (problem.contains("mapping values are not allowed")) {
      return "a colon with a blank behind it is not allowed inside of a text; put quotes around it";
    }
    if (problem.contains("<block mapping start>")
        || problem.contains("could not find expected ':'")) {
      return "this line does not continue the mapping before it; compare their indentation";
    }
    String words = problem + (context.isEmpty() ? "" : ", " + context);
    return context.contains("flow mapping") || context.contains("flow sequence")
        ? words + "; put quotes around a text with braces, brackets or commas, such as '${Name}'"
        : words;
  }

  private static boolean isOpenQuote(MarkedYamlEngineException fault) {
    return text(fault.getContext()).contains("scanning a quoted scalar")
        && text(fault.getProblem()).contains("end of stream");
  }

  private static String text(@Nullable String words) {
    return words == null ? "" : words;
  }
}
