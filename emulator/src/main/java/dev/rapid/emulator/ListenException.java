package dev.rapid.emulator;

import dev.rapid.emulator.settings.HostPort;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Thrown if Rapid cannot listen on an address. */
public final class ListenException extends IOException {

  private static final long serialVersionUID = 1;

  private final transient Use use;
  private final transient String address;
  private final transient Problem problem;
  private final transient String reason;

  /** The use of an address. */
  public enum Use {
    /** The Runtime API of a function. */
    RUNTIME_API,
    /** Callers that invoke functions. */
    CALLERS,
    /** The function URL, where it has an address of its own. */
    FUNCTION_URL,
    /** The control API. */
    CONTROL_API,
    /** HTTP APIs and REST APIs. */
    API,
    /** Load balancers of the Fn Project. */
    FN_RUNNER,
    /** Hosts of a user-defined function of Kapacitor. */
    UDF
  }

  /** The reason why Rapid cannot listen on an address. */
  public enum Problem {
    /** Another program listens on the port. */
    PORT_IN_USE,
    /** The user may not listen on the port. */
    NOT_PERMITTED,
    /** This machine does not have the address. */
    NO_SUCH_ADDRESS,
    /** The host name has no address, or something else failed. */
    OTHER
  }

  private ListenException(
      Use use, String address, Problem problem, String reason, @Nullable IOException cause) {
    super("Cannot listen on " + address + ": " + reason, cause);
    this.use = use;
    this.address = address;
    this.problem = problem;
    this.reason = reason;
  }

  static ListenException unknownHost(Use use, HostPort address) {
    return new ListenException(
        use, address.toString(), Problem.OTHER, "there is no host '" + address.host() + "'", null);
  }

  static ListenException of(Use use, HostPort address, IOException failure) {
    String text = String.valueOf(failure.getMessage());
    Problem problem = Problem.OTHER;
    // A server of another library says what it could not do, and the cause says why.
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof SocketException) {
        problem = problem(String.valueOf(each.getMessage()));
      }
    }
    return new ListenException(use, address.toString(), problem, reason(problem, text), failure);
  }

  static ListenException ofFile(Use use, Path socket, IOException failure) {
    return new ListenException(
        use, socket.toString(), Problem.OTHER, String.valueOf(failure.getMessage()), failure);
  }

  private static Problem problem(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("in use")) {
      return Problem.PORT_IN_USE;
    }
    if (lower.contains("denied") || lower.contains("not permitted")) {
      return Problem.NOT_PERMITTED;
    }
    return lower.contains("assign") ? Problem.NO_SUCH_ADDRESS : Problem.OTHER;
  }

  private static String reason(Problem problem, String text) {
    return switch (problem) {
      case PORT_IN_USE -> "the port is in use";
      case NOT_PERMITTED -> "that is not permitted";
      case NO_SUCH_ADDRESS -> "this machine has no such address";
      case OTHER -> text;
    };
  }

  /** Returns the use of the address. */
  public Use use() {
    return use;
  }

  /** Returns the address, {@code host:port} or the name of a socket's file. */
  public String address() {
    return address;
  }

  /** Returns the reason. */
  public Problem problem() {
    return problem;
  }

  /** Returns the reason in words, without the address. */
  public String reason() {
    return reason;
  }
}
