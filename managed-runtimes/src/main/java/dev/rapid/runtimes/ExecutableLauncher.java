package dev.rapid.runtimes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Functions that are programs: {@code bootstrap} for {@code provided*}, the file that the handler
 * names for {@code go1.x} (contract templates-and-runtimes, section 6.2).
 *
 * <p>A program that is missing is no reason to refuse the function: a build may make it later. Then
 * its start fails with {@code Runtime.InvalidEntrypoint}.
 */
final class ExecutableLauncher implements Launcher {

  private static final String BOOTSTRAP = "bootstrap";

  @Override
  public Start start(Request request) throws UnusableRuntimeException {
    if (request.runtime().family() == RuntimeFamily.GO) {
      Path program = request.taskRoot().resolve(request.handler());
      return new Start(List.of(program.toString()), null, Map.of(), List.of());
    }
    Path own = request.taskRoot().resolve(BOOTSTRAP);
    Path layers = request.layerRoot();
    if (Files.exists(own) || layers == null || !Files.exists(layers.resolve(BOOTSTRAP))) {
      List<Notice> notices = Files.exists(own) ? List.of() : List.of(missing(request, own));
      return new Start(List.of(own.toString()), null, Map.of(), notices);
    }
    return new Start(List.of(layers.resolve(BOOTSTRAP).toString()), null, Map.of(), List.of());
  }

  private static Notice missing(Request request, Path own) {
    Path layers = request.layerRoot();
    return Notice.warning(
        "the function '"
            + request.code().function()
            + "' has no bootstrap: "
            + own
            + (layers == null ? "" : " and " + layers.resolve(BOOTSTRAP))
            + (layers == null ? " does" : " do")
            + " not exist; build the function");
  }
}
