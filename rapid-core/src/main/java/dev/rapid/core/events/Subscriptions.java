package dev.rapid.core.events;

/**
 * The subscriptions of extensions to the telemetry of one sandbox, as the sandbox drives them
 * (contract runtime-extensions-telemetry, sections 4.3 and 4.4). Called in order, never by two
 * threads at once; must not block.
 */
public interface Subscriptions {

  /** For a sandbox without subscriptions. */
  Subscriptions NONE =
      new Subscriptions() {
        @Override
        public void open(int generation) {}

        @Override
        public void close(int generation) {}

        @Override
        public void flush(int generation, Runnable done) {
          done.run();
        }

        @Override
        public void end(int generation) {}
      };

  /**
   * The processes of {@code generation} are about to be started. Subscriptions of earlier ones end,
   * and from now on records are kept for those who subscribe later.
   */
  void open(int generation);

  /** The init is over: no extension subscribes any more. */
  void close(int generation);

  /**
   * Delivers all that waits for a subscriber.
   *
   * @param done called once, on any thread, when every subscriber has what waited for him; at once
   *     if there are none. One who fails to take anything is not waited for
   */
  void flush(int generation, Runnable done);

  /**
   * Delivers all that waits for a subscriber, but first waits until the log has all that was
   * written before. Unlike {@link #flush} it does not change the order of the log.
   *
   * @param done as of {@link #flush}
   */
  default void settle(int generation, Runnable done) {
    flush(generation, done);
  }

  /** No process of {@code generation} is left: its subscriptions end. */
  void end(int generation);
}
