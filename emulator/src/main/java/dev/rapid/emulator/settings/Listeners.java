package dev.rapid.emulator.settings;

import org.jspecify.annotations.Nullable;

/**
 * The addresses of one process. Each function also has a Runtime API address of its own.
 *
 * @param callers the address for callers, null for none
 * @param functionUrl the address at which every path is the function URL's; null leaves only {@code
 *     /lambda-url/...} at the address for callers
 * @param controlApi the address of the control API, null for none
 * @param api the address of the HTTP and REST APIs, null for none
 */
public record Listeners(
    @Nullable HostPort callers,
    @Nullable HostPort functionUrl,
    @Nullable HostPort controlApi,
    @Nullable HostPort api) {

  /** The address for callers unless the settings say otherwise. */
  public static final HostPort DEFAULT_CALLERS = new HostPort("127.0.0.1", 8080);

  /** The address of the HTTP and REST APIs unless the settings say otherwise. */
  public static final HostPort DEFAULT_API = new HostPort("127.0.0.1", 3000);

  /** No addresses. */
  public static final Listeners NONE = new Listeners(null, null, null, null);

  /** Returns a listener for callers alone. */
  public static Listeners callersAt(HostPort address) {
    return new Listeners(address, null, null, null);
  }

  /** Returns the same addresses, with another one for the HTTP and REST APIs; null for none. */
  public Listeners withApi(@Nullable HostPort address) {
    return new Listeners(callers, functionUrl, controlApi, address);
  }
}
