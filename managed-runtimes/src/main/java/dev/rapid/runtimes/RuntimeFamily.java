package dev.rapid.runtimes;

/** Runtimes that are started in the same way. */
enum RuntimeFamily {
  PYTHON("python", true),
  NODE("nodejs", true),
  JAVA("java", true),
  RUBY("ruby", false),
  DOTNET("dotnet", true),
  GO("go", false),
  PROVIDED("provided", false),
  /** A runtime that only the user's configuration knows. */
  OTHER("", true);

  private final String prefix;
  private final boolean handlerIsArgument;

  RuntimeFamily(String prefix, boolean handlerIsArgument) {
    this.prefix = prefix;
    this.handlerIsArgument = handlerIsArgument;
  }

  /** Returns what the identifiers of its runtimes begin with. */
  String prefix() {
    return prefix;
  }

  /** Returns whether the handler is the last argument; else the runtime reads {@code _HANDLER}. */
  boolean handlerIsArgument() {
    return handlerIsArgument;
  }

  /** Returns whether the platform has a runtime for it; else the function brings its own. */
  boolean isManaged() {
    return this != PROVIDED;
  }
}
