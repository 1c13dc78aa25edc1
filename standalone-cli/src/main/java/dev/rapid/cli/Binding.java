package dev.rapid.cli;

import dev.rapid.emulator.settings.HostPort;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Locale;

/** Binds an address and says in words why it could not. */
@FunctionalInterface
interface Binding<T> {

  /** Returns what listens at {@code address}. */
  T bind(InetSocketAddress address) throws IOException;

  /**
   * Binds {@code address}.
   *
   * @param flag the option that chooses the address, for the message
   * @throws UnavailableException if it cannot be bound
   */
  static <T> T to(HostPort address, String flag, Binding<T> binding) throws UnavailableException {
    String attempt = "Cannot listen on " + address + " (" + flag + "): ";
    InetSocketAddress resolved = address.resolve();
    if (resolved.isUnresolved()) {
      throw new UnavailableException(attempt + "there is no host '" + address.host() + "'");
    }
    try {
      return binding.bind(resolved);
    } catch (BindException e) {
      throw new UnavailableException(attempt + reason(e, flag));
    } catch (SocketException e) {
      throw new UnavailableException(attempt + reason(e, flag));
    } catch (IOException e) {
      throw new UnavailableException(attempt + e.getMessage());
    }
  }

  private static String reason(SocketException e, String flag) {
    String text = String.valueOf(e.getMessage());
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("in use")) {
      return "the port is in use; stop the other program or choose another port with " + flag;
    }
    if (lower.contains("denied") || lower.contains("not permitted")) {
      return "that is not permitted; choose a port above 1023 with " + flag;
    }
    if (lower.contains("assign")) {
      return "this machine has no such address; choose another with " + flag;
    }
    return text;
  }
}
