package dev.rapid.cli;

import dev.rapid.cli.config.Options;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.FunctionObserver;
import dev.rapid.emulator.InvalidSettingsException;
import dev.rapid.emulator.ListenException;
import dev.rapid.emulator.Rapid;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.ProgramSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;

/** Builds the emulator of a command, and explains failures in terms of the command's options. */
final class Emulation {

  private Emulation() {}

  /**
   * Returns a builder with the settings of {@code program}, except the addresses.
   *
   * @param observers returns the observer of a function
   */
  static Rapid.Builder builder(
      ProgramSettings program, Function<FunctionSettings, FunctionObserver> observers) {
    Rapid.Builder builder =
        Rapid.builder()
            .apis(program.apis())
            .frontEnd(program.frontEnd())
            .allowedHosts(program.allowedHosts(), Emulation::hostAdvice)
            .strict(program.strict())
            .maxRunning(program.maxRunning())
            .totalMemory(program.totalMemory())
            .queue(program.queue())
            .fnRunner(program.fn())
            .observers(observers);
    program.functions().forEach(function -> builder.function(function, observers.apply(function)));
    return builder;
  }

  private static String hostAdvice(String name) {
    return "start it with "
        + Options.ALLOWED_HOST.flag()
        + " "
        + name
        + ", or with "
        + Options.ALLOWED_HOST.variable()
        + "="
        + name
        + " in its environment.";
  }

  /**
   * Binds the addresses.
   *
   * @param listenFlag the option that chooses the address for callers, for messages
   * @throws UsageException if the function's variables cannot be used
   * @throws UnavailableException if an address cannot be used
   */
  static Rapid bind(Rapid.Builder builder, String listenFlag) throws UnavailableException {
    try {
      return builder.bind();
    } catch (InvalidSettingsException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    } catch (ListenException e) {
      throw unavailable(e, listenFlag);
    } catch (IOException e) {
      throw new UnavailableException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Begins to serve.
   *
   * @throws UnavailableException if the front end for Fn cannot be started, or the socket of a
   *     user-defined function cannot be used
   */
  static void begin(Rapid rapid) throws UnavailableException {
    try {
      rapid.begin();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof ListenException refused) {
        throw unavailable(refused, Options.LISTEN.flag());
      }
      throw e;
    }
  }

  private static UnavailableException unavailable(ListenException e, String listenFlag) {
    String name =
        switch (e.use()) {
          case RUNTIME_API -> Options.RUNTIME_API_ADDRESS.flag();
          case CALLERS -> listenFlag;
          case FUNCTION_URL -> Options.FUNCTION_URL_ADDRESS.flag();
          case CONTROL_API -> Options.CONTROL_API_ADDRESS.flag();
          case API -> "--api-address";
          case FN_RUNNER -> "fnRunner.listen";
          case UDF -> "'socket' below 'udf'";
        };
    return new UnavailableException(
        "Cannot listen on "
            + e.address()
            + " ("
            + name
            + "): "
            + e.reason()
            + remedy(e.problem(), name));
  }

  private static String remedy(ListenException.Problem problem, String flag) {
    return switch (problem) {
      case PORT_IN_USE -> "; stop the other program or choose another port with " + flag;
      case NOT_PERMITTED -> "; choose a port above 1023 with " + flag;
      case NO_SUCH_ADDRESS -> "; choose another with " + flag;
      case OTHER -> "";
    };
  }
}
