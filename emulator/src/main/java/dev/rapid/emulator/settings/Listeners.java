package dev.rapid.emulator.settings;

import org.jspecify.annotations.Nullable;

/**
 * The addresses of one process. Each function also has a Runtime API address of its own.
 *
 * @param callers the address for callers, null for none
 * @param functionUrl the address at which every path is the function URL's; null leaves only {@code
 *     /lambda-url/...} at the address for callers
 * @param controlApi the address of the control API, null for none
 */
public record Listeners(
    @Nullable HostPort callers, @Nullable HostPort functionUrl, @Nullable HostPort controlApi) {

  /** The address for callers unless the settings say otherwise. */
  public static final HostPort DEFAULT_CALLERS = new HostPort("127.0.0.1", 8080);

  /** No addresses. */
  public static final Listeners NONE = new Listeners(null, null, null);

  /** Returns a listener for callers alone. */
  public static Listeners callersAt(HostPort address) {
    return new Listeners(address, null, null);
  }
}
