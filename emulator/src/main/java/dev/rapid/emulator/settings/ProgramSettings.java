package dev.rapid.emulator.settings;

import dev.rapid.gateway.api.Api;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one process: functions, listeners and front end.
 *
 * @param functions the functions
 * @param apis the HTTP and REST APIs in front of them
 * @param listeners the addresses for callers and clients
 * @param frontEnd how callers are served
 * @param allowedHosts the host names that requests may use, as of {@link
 *     dev.rapid.http.browser.AllowedHosts}
 * @param strict rules of the cloud that are enforced although they do not matter here
 * @param maxRunning how many invocations all functions together run at once, null for no limit
 * @param totalMemory how much memory sandboxes may have, all together, null for no limit
 * @param queue the queue of asynchronous invocations
 * @param fn the front end for load balancers of the Fn Project, null for none
 */
public record ProgramSettings(
    List<FunctionSettings> functions,
    List<Api> apis,
    Listeners listeners,
    FrontEnd frontEnd,
    List<String> allowedHosts,
    Set<StrictRule> strict,
    @Nullable Integer maxRunning,
    @Nullable TotalMemory totalMemory,
    QueueSettings queue,
    @Nullable FnSettings fn) {

  /** Copies the collections. */
  public ProgramSettings {
    functions = List.copyOf(functions);
    apis = List.copyOf(apis);
    allowedHosts = List.copyOf(allowedHosts);
    strict = Set.copyOf(strict);
  }

  /** Creates settings without a front end for Fn and without a limit of memory. */
  public ProgramSettings(
      List<FunctionSettings> functions,
      List<Api> apis,
      Listeners listeners,
      FrontEnd frontEnd,
      List<String> allowedHosts,
      Set<StrictRule> strict,
      @Nullable Integer maxRunning,
      QueueSettings queue) {
    this(functions, apis, listeners, frontEnd, allowedHosts, strict, maxRunning, null, queue, null);
  }

  /** Returns the same with these functions. */
  public ProgramSettings withFunctions(List<FunctionSettings> value) {
    return new ProgramSettings(
        value, apis, listeners, frontEnd, allowedHosts, strict, maxRunning, totalMemory, queue, fn);
  }
}
