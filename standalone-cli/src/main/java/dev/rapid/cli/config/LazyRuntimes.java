package dev.rapid.cli.config;

import dev.rapid.runtimes.ManagedRuntimes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The managed runtimes of the program, made when the first function needs them. They stay when the
 * settings are read again, so that interpreters are looked for once. Closing it deletes what was
 * unpacked for functions.
 */
public final class LazyRuntimes implements AutoCloseable {

  private final Map<String, String> environment;
  private final Map<Map<String, List<String>>, ManagedRuntimes> made = new HashMap<>();

  /**
   * Makes none yet.
   *
   * @param environment the environment of Rapid's own process
   */
  public LazyRuntimes(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Returns the runtimes with these commands.
   *
   * @param commands what starts a runtime, by its name
   */
  synchronized ManagedRuntimes with(Map<String, List<String>> commands) {
    return made.computeIfAbsent(
        commands, these -> ManagedRuntimes.builder(environment).overrides(these).build());
  }

  @Override
  public synchronized void close() {
    // A method reference would load the class also when there is nothing to close.
    for (ManagedRuntimes each : made.values()) {
      each.close();
    }
    made.clear();
  }
}
