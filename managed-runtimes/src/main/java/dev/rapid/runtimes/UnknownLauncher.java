package dev.rapid.runtimes;

/** Runtimes that Rapid does not know. They run if the configuration has a command for them. */
final class UnknownLauncher implements Launcher {

  @Override
  public Start start(Request request) throws UnusableRuntimeException {
    String name = request.runtime().text();
    throw new UnusableRuntimeException(
        "the runtime '"
            + name
            + "' is not known; name its command in the configuration, for example 'runtimes: {"
            + name
            + ": /path/to/program}'");
  }
}
