package dev.rapid.fnfdk;

import java.util.Map;
import java.util.TreeMap;

/** The environment of a worker (contract fn-runner, section 2.1). */
public final class FdkEnvironment {

  private static final String FORMAT = "http-stream";

  private FdkEnvironment() {}

  /**
   * Adds what every worker has.
   *
   * @param variables those of the function; what they say of {@code FN_FORMAT} and {@code
   *     FN_LISTENER} does not count
   * @param function its name
   * @param memoryMegabytes its memory
   * @param listener where the worker listens, as {@code unix:} and a path
   */
  public static Map<String, String> of(
      Map<String, String> variables, String function, int memoryMegabytes, String listener) {
    Map<String, String> all = new TreeMap<>(variables);
    all.putIfAbsent("FN_FN_ID", function);
    all.putIfAbsent("FN_FN_NAME", function);
    all.putIfAbsent("FN_APP_ID", function);
    all.putIfAbsent("FN_APP_NAME", function);
    all.putIfAbsent("FN_MEMORY", Integer.toString(memoryMegabytes));
    all.putIfAbsent("FN_TYPE", "sync");
    all.put("FN_FORMAT", FORMAT);
    all.put("FN_LISTENER", listener);
    return all;
  }
}
