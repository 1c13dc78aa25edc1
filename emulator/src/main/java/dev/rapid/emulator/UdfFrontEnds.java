package dev.rapid.emulator;

import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfFrontEnd;
import dev.rapid.libraries.LateLibraries;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The functions that are exposed as user-defined functions of Kapacitor. It is made with the first
 * of them, so that a program without one loads nothing of the protocol. Thread-safe.
 */
final class UdfFrontEnds implements AutoCloseable {

  private static final Logger LOG = System.getLogger(UdfFrontEnds.class.getName());

  /** Makes the front ends: a class that uses libraries of its own. */
  private static final String FACTORY = "dev.rapid.kapacitor.agent.AgentFactory";

  private final Engine engine;

  // All guarded by this.
  private UdfFrontEnd.@Nullable Factory factory;
  private Map<String, Exposed> exposed = new LinkedHashMap<>();
  private @Nullable UdfFrontEnd onStreams;
  private boolean draining;
  private boolean closed;

  /** A function that hosts can reach. */
  private record Exposed(EmulatedFunction function, UdfExposure exposure, UdfFrontEnd frontEnd) {}

  UdfFrontEnds(Engine engine) {
    this.engine = engine;
  }

  /** Returns whether one of the functions is exposed on a socket. */
  static boolean areNeededFor(List<EmulatedFunction> functions) {
    return functions.stream().anyMatch(each -> onSocket(each) != null);
  }

  private static @Nullable UdfExposure onSocket(EmulatedFunction function) {
    UdfExposure exposure = function.settings().udf();
    return exposure == null || exposure.socket() == null ? null : exposure;
  }

  /**
   * Begins to serve hosts.
   *
   * @throws ListenException if the socket of one cannot be used, or the libraries are missing
   */
  synchronized void begin(List<EmulatedFunction> functions) throws ListenException {
    for (EmulatedFunction each : functions) {
      UdfExposure exposure = onSocket(each);
      if (exposure != null) {
        exposed.put(each.settings().name(), listen(each, exposure));
      }
    }
  }

  private Exposed listen(EmulatedFunction function, UdfExposure exposure) throws ListenException {
    try {
      return new Exposed(
          function,
          exposure,
          factory()
              .listen(
                  exposure,
                  function.udfSandboxes(),
                  engine.timers(),
                  engine.clock(),
                  engine.wallClock()));
    } catch (IOException e) {
      Path socket = Objects.requireNonNull(exposure.socket());
      throw ListenException.ofFile(ListenException.Use.UDF, socket, e);
    }
  }

  private UdfFrontEnd.Factory factory() throws IOException {
    UdfFrontEnd.Factory known = factory;
    if (known == null) {
      known = LateLibraries.PROTOCOLS.create(UdfFrontEnd.Factory.class, FACTORY);
      factory = known;
    }
    return known;
  }

  /**
   * Serves the host at the far end of two streams.
   *
   * @param ended run when the conversation is over
   * @throws IOException if the libraries are missing
   */
  synchronized void serve(
      EmulatedFunction function,
      UdfExposure exposure,
      InputStream in,
      OutputStream out,
      UdfFrontEnd.Ended ended)
      throws IOException {
    onStreams =
        factory()
            .serve(
                exposure,
                function.udfSandboxes(),
                engine.timers(),
                engine.clock(),
                engine.wallClock(),
                in,
                out,
                ended);
  }

  /**
   * Hosts reach these functions from now on, as they are configured now. Those that are connected
   * to a function go on, unless it is exposed in another way or not any more.
   */
  synchronized void replace(List<EmulatedFunction> functions) {
    if (draining || closed) {
      return;
    }
    Map<String, Exposed> next = new LinkedHashMap<>();
    List<EmulatedFunction> others = new ArrayList<>();
    for (EmulatedFunction each : functions) {
      String name = each.settings().name();
      Exposed known = exposed.get(name);
      if (known != null && known.function() == each && known.exposure().equals(onSocket(each))) {
        next.put(name, known);
      } else if (onSocket(each) != null) {
        others.add(each);
      }
    }
    close(
        exposed.values().stream()
            .filter(each -> !next.containsValue(each))
            .map(Exposed::frontEnd)
            .toList());
    for (EmulatedFunction each : others) {
      try {
        next.put(each.settings().name(), listen(each, Objects.requireNonNull(onSocket(each))));
      } catch (ListenException e) {
        LOG.log(Level.ERROR, "Function ''{0}'': {1}", each.settings().name(), e.getMessage());
      }
    }
    exposed = next;
  }

  /** Refuses new hosts. Those that are connected go on. */
  synchronized void drain() {
    draining = true;
    exposed.values().forEach(each -> each.frontEnd().drain());
  }

  /** Ends all conversations, and deletes the files of the sockets. */
  @Override
  public synchronized void close() {
    closed = true;
    List<UdfFrontEnd> all = new ArrayList<>();
    exposed.values().forEach(each -> all.add(each.frontEnd()));
    exposed.clear();
    if (onStreams != null) {
      all.add(onStreams);
      onStreams = null;
    }
    close(all);
  }

  /** All hosts have the same time to read that it ends. */
  private static void close(List<UdfFrontEnd> frontEnds) {
    frontEnds.forEach(UdfFrontEnd::stop);
    frontEnds.forEach(UdfFrontEnd::close);
  }
}
