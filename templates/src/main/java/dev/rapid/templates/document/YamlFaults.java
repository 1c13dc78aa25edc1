package dev.rapid.templates.document;

import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Words for syntax errors: what the parser found, and a hint for usual mistakes in templates. */
final class YamlFaults {

  private YamlFaults() {}

  static String describe(MarkedYamlEngineException fault) {
    String problem = fault.getProblem() == null ? "this is not YAML" : fault.getProblem();
    String context = fault.getContext() == null ? "" : fault.getContext();
    String text = problem + (context.isBlank() ? "" : ", " + context);
    String hint = hint(problem, context);
    return hint.isEmpty() ? text : text + ". " + hint;
  }

  private static String hint(String problem, String context) {
    if (problem.contains("TAB")) {
      return "Indent with blanks";
    }
    if (problem.contains("found '<tag>'")) {
      return "A value has one tag: write one of the functions in its long form, such as"
          + " !Base64 {\"Fn::Sub\": text}";
    }
    if (context.contains("flow mapping") || context.contains("flow sequence")) {
      return "Put quotes around a text with braces, brackets or commas, such as '${Name}'";
    }
    if (problem.contains("cannot start any token") || problem.contains("values are not allowed")) {
      return "Put quotes around a text with such characters";
    }
    return "";
  }
}
