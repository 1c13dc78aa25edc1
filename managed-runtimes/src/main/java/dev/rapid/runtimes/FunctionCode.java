package dev.rapid.runtimes;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a function of a managed runtime consists of.
 *
 * @param function its name, for messages
 * @param runtime the identifier of its runtime, for example {@code python3.13}
 * @param handler its handler, null if it has none; only {@code provided*} can run without
 * @param source where its code is
 * @param layers directories and archives, in the order of {@code Layers}: later ones win
 * @param variables the function's own environment variables
 * @param memoryMegabytes its memory size
 */
public record FunctionCode(
    String function,
    String runtime,
    @Nullable String handler,
    Source source,
    List<Path> layers,
    Map<String, String> variables,
    int memoryMegabytes) {

  /** Copies the collections. */
  public FunctionCode {
    layers = List.copyOf(layers);
    variables = Map.copyOf(variables);
  }

  /** Where the code of a function is (contract templates-and-runtimes, sections 1.3 and 1.4). */
  public sealed interface Source {

    /**
     * A directory, which is used in place, or an archive ({@code .zip}, {@code .jar}), which is
     * unpacked.
     */
    record OnDisk(Path path) implements Source {}

    /** The text of the only file, for Python and Node.js. */
    record Inline(String text) implements Source {}
  }
}
